// Ends the chords of which all members have ended, once a drain has settled what it had. Nobody counts as members end, so that
// settles never meet at a counter; a drain that dies before it has looked leaves that to the next one.
import { type Swept, sweepChords } from '#queue/routines/sweep-chords.ts';
import type { Deadline } from './deadline.ts';
import type { DrainState } from './drain-state.ts';

const beforeAll = '00000000-0000-0000-0000-000000000000';

/** Answers how many chords have ended: the messages that follow them wait to be handled. */
export async function endChords(state: DrainState, until: Deadline): Promise<number> {
  let ended = 0;
  let swept = await sweep(state, until, beforeAll);
  while (swept) {
    ended += swept.ended;
    swept = swept.next === null ? undefined : await sweep(state, until, swept.next);
  }
  if (ended > 0) state.log.info('chords ended', { chords: ended });
  return ended;
}

/** Answers undefined when it has failed, or there was no time for it. */
async function sweep(
  { database, parts, log }: DrainState,
  until: Deadline,
  after: string,
): Promise<Swept | undefined> {
  if (!until.hasTimeFor(0)) return undefined;
  const budgetMs = until.callBudgetMs;
  const swept = await parts.run('chords', () => sweepChords(database, { after, budgetMs }));
  for (const { id, ...why } of swept?.refused ?? [])
    log.error('chord cannot be followed', { chordId: id, ...why });
  return swept;
}
