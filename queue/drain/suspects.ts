// A suspect is a delivery whose lease ran out: perhaps its handler ended the process of its consumer, say by running out of
// memory. Suspects are handled after everything else, in groups that become smaller with each lease that is lost, in the
// end alone. Should one end this process as well, few lose an attempt with it, none loses its last, and the guilty one
// goes on spending its own until it is a dead letter.
import { wait } from '#queue/wait.ts';
import type { Parts } from './parts.ts';
import { SuspectGroups } from './suspect-groups.ts';
import type { SuspectQueue, Turn } from './suspect-queue.ts';

/**
 * Handles suspects while there is time: the groups of all queues side by side, so that a slow queue keeps no other
 * waiting, and then those that are to be alone, with nothing beside them in any queue.
 */
export async function handleSuspects(queues: readonly SuspectQueue[], parts: Parts): Promise<void> {
  let goesOn = queues.length > 0;
  while (goesOn) {
    parts.startNoMore();
    await Promise.all(queues.map((queue) => handleGroups(queue, parts)));
    parts.startNoMore();
    // Behind those that had to be alone there may be further groups.
    goesOn = await handleEachAlone(queues, parts);
  }
}

/** Until the last group has ended, or one is held up. */
async function handleGroups(queue: SuspectQueue, parts: Parts): Promise<void> {
  if (!parts.isOut(queue.name)) await parts.runLane(queue.name, new SuspectGroups(queue));
}

/** One at a time, from each queue in turn, until none is left. Answers whether there were any. */
async function handleEachAlone(queues: readonly SuspectQueue[], parts: Parts): Promise<boolean> {
  let hasHandled = false;
  for (let left = queues; left.length > 0; ) {
    const goOn: SuspectQueue[] = [];
    const waits: number[] = [];
    for (const queue of left) {
      const turn = await handleOneAlone(queue, parts);
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

async function handleOneAlone(queue: SuspectQueue, parts: Parts): Promise<Turn> {
  if (parts.isOut(queue.name)) return 'over';
  return queue.handleNext(true, (lane, take) => {
    take();
    return parts.runLane(queue.name, lane);
  });
}
