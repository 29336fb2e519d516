// A suspect is a delivery whose lease ran out: perhaps its handler ended the process of its consumer, say by running out of
// memory. Suspects are handled after everything else, in groups that become smaller with each lease that is lost, in the
// end alone. Should one end this process as well, few lose an attempt with it, none loses its last, and the guilty one
// goes on spending its own until it is a dead letter.
import { wait } from '#queue/wait.ts';
import type { Parts } from './parts.ts';
import type { SuspectQueue } from './suspect-queue.ts';

/**
 * Handles suspects while there is time: the groups of all queues side by side, so that a slow queue keeps no other
 * waiting, and then those that are to be alone, with nothing beside them in any queue.
 */
export async function handleSuspects(queues: readonly SuspectQueue[], parts: Parts): Promise<void> {
  let goesOn = queues.length > 0;
  while (goesOn) {
    parts.startNoMore();
    await Promise.all(queues.map((queue) => queue.handleGroups()));
    parts.startNoMore();
    // Behind those that had to be alone there may be further groups.
    goesOn = await handleEachAlone(queues);
  }
}

/** One at a time, from each queue in turn, until none is left. Answers whether there were any. */
async function handleEachAlone(queues: readonly SuspectQueue[]): Promise<boolean> {
  let hasHandled = false;
  for (let left = queues; left.length > 0; ) {
    const goOn: SuspectQueue[] = [];
    const waits: number[] = [];
    for (const queue of left) {
      const turn = await queue.handleNext(true);
      if (turn !== 'over') goOn.push(queue);
      if (turn === 'handled') hasHandled = true;
      if (typeof turn === 'object') waits.push(turn.limitedMs);
    }
    // As long as any queue is not held back by its limits, the others are asked again after it.
    if (goOn.length > 0 && waits.length === goOn.length) await wait(Math.min(...waits));
    left = goOn;
  }
  return hasHandled;
}
