// A suspect may have ended the process that had it. As in a drain, suspects are handled after everything else, in groups that become
// smaller with each lease that is lost, in the end alone: should one end this process as well, few lose an attempt with it, none
// loses its last, and the guilty one goes on spending its own until it is a dead letter.
import { Pace } from '#queue/drain/pace.ts';
import { Line } from './lines.ts';
import type { Reception } from './reception.ts';
import { groupsOf, type Suspect } from './suspect-groups.ts';
import { Turns } from './turns.ts';

/** Handles the suspects of this invocation while there is time. Those for which there is none come back at once. */
export async function handleSuspects(reception: Reception): Promise<void> {
  const { runtime, pace } = reception;
  // How long other handlers took says nothing about these.
  const own = new Pace(runtime.queue.policy, pace.runs);
  // One that somebody else has had and lost in the meantime is put by once more, for a smaller group.
  while (reception.suspects.length > 0) {
    const suspects = reception.suspects.splice(0);
    reception.report.tally.suspects += suspects.length;
    for (const group of groupsOf(suspects)) await handleGroup(reception, group, own);
    await reception.fates.tellAll();
  }
}

/** Before its first handler is called, all that has ended is deleted, so that the end of this process brings none of it back. */
async function handleGroup(
  reception: Reception,
  group: readonly Suspect[],
  pace: Pace,
): Promise<void> {
  const { fates, deadline } = reception;
  await fates.tellAll();
  if (!deadline.hasTimeFor(pace.slowestMs)) for (const { copy } of group) fates.hide(copy, 0);
  else {
    const lines = group.map(({ copy }) => new Line([copy]));
    await new Turns(reception, { pace, suspects: group.length }).take(lines);
  }
}
