// Deliveries whose lease ran out may be what ended their consumer. Each is handled with nothing beside it, after
// everything else: should it end this process too, nobody else loses an attempt, and only the guilty one goes on
// spending its own.
import { setTimeout as wait } from 'node:timers/promises';
import { claimSuspect } from '#queue/routines/claim-suspect.ts';
import type { Lane } from './lane.ts';

/** Handles a queue's suspects one by one while there is time. openLane makes a lane that claims nothing itself. */
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
