// Ends the chords of which all members have ended, once a drain has settled what it had. Nobody counts as members end, so that
// settles never meet at a counter; a drain that dies before it has looked leaves that to the next one.
import { type Swept, sweepChords } from '#queue/routines/sweep-chords.ts';
import type { Deadline } from './deadline.ts';
import type { DrainState } from './drain-state.ts';

/** Answers how many chords have ended: the messages that follow them wait to be handled. */
export async function endChords(
  { database, parts, log, tally }: DrainState,
  until: Deadline,
): Promise<number> {
  let ended = 0;
  let open = 0;
  let refused = 0;
  let oldest = 0;
  let after: string | null = null;
  do {
    const from: string | null = after;
    const swept: Swept | undefined = await parts.run('chords', () =>
      sweepChords(database, from, until.callBudgetMs),
    );
    if (!swept) break;
    ended += swept.ended;
    open += swept.open;
    oldest = Math.max(oldest, swept.oldestSeconds);
    for (const chord of swept.refused) {
      refused += 1;
      log.error('chord cannot be followed', chord);
    }
    after = swept.next;
  } while (after !== null && until.hasTimeFor(0));
  const { chords } = tally;
  chords.set('ChordsEnded', ended + (chords.get('ChordsEnded') ?? 0));
  chords.set('ChordsOpen', open);
  chords.set('ChordsRefused', refused);
  chords.set('OldestChord', oldest);
  return ended;
}
