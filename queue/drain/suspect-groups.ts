// The groups of suspects of one queue as a part of a drain. All of them are one part: when the database holds up the lane of a group, the
// drain goes on without this queue, and further groups follow as soon as that lane has ended.
import { wait } from '#queue/wait.ts';
import type { Lane } from './lane.ts';
import type { RunLane, SuspectQueue } from './suspect-queue.ts';

export class SuspectGroups {
  readonly #queue: SuspectQueue;
  #lane: Lane | undefined;
  #isOver = false;

  constructor(queue: SuspectQueue) {
    this.#queue = queue;
  }

  /** Handles one group after another, while there is time. */
  async drain(): Promise<void> {
    while (!this.#isOver) {
      const turn = await this.#queue.handleNext(false, this.#run);
      if (turn === 'over') return;
      if (turn !== 'handled') await wait(turn.limitedMs);
    }
  }

  get isHeldUp(): boolean {
    return this.#lane?.isHeldUp ?? false;
  }

  /** The lane of a group only settles and releases from here on, and so does that of a group which is being claimed. */
  startNoMore(): void {
    this.#isOver = true;
    this.#lane?.startNoMore();
  }

  readonly #run: RunLane = (lane, take) => {
    this.#lane = lane;
    if (this.#isOver) lane.startNoMore();
    take();
    return lane.drain();
  };
}
