// A suspect is a delivery whose lease ran out: perhaps its handler ended the process of its consumer, say by running out of
// memory. Suspects are handled after everything else and one at a time. Should one end this process as well, no other
// delivery loses an attempt with it, and the guilty one goes on spending its own until it is a dead letter.
import { setTimeout as wait } from 'node:timers/promises';
import { claimSuspect } from '#queue/routines/claim-suspect.ts';
import type { Lane } from './lane.ts';

/** Handles a queue's suspects one by one while there is time. openLane: gives a new lane that claims nothing itself. */
export async function handleSuspects(openLane: () => Lane): Promise<void> {
  for (;;) {
    const lane = openLane();
    const { queue, database } = lane.runtime;
    if (!lane.deadline.hasTimeFor(0)) return;
    const claimed = await claimSuspect(database, queue.name, lane.deadline.callBudgetMs);
    const { suspect, dead, limitedMs } = claimed;
    for (const id of dead) lane.report.expired(id);
    if (suspect) {
      lane.take([suspect]);
      await lane.drain();
    } else if (limitedMs !== null && lane.deadline.hasTimeFor(limitedMs)) await wait(limitedMs);
    else return;
  }
}
