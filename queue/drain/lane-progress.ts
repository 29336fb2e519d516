// Where the lane of a queue that is under way began, and how fast it is: a hand-over is decided by it.

import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { Cursor } from '#queue/routines/claimed-delivery.ts';
import type { Pace } from './pace.ts';

export class LaneProgress {
  /** Behind everything that was finished before the lane began. */
  readonly cursor: Cursor;
  readonly #startedAt = monotonicMs();
  readonly #pace: Pace;
  readonly #handledBefore: number;
  readonly #concurrency: number;

  constructor({ pace, runtime }: { pace: Pace; runtime: QueueRuntime }, cursor: Cursor) {
    this.cursor = cursor;
    this.#pace = pace;
    this.#handledBefore = pace.runs.deliveries;
    this.#concurrency = runtime.queue.policy.concurrency;
  }

  /** How long one delivery has taken, with others beside it, in milliseconds. */
  get eachMs(): number {
    const handled = this.#pace.runs.deliveries - this.#handledBefore;
    // As long as fewer have ended than run at once, the first ones are under way: each takes at least that long.
    const atLeast = Math.max(handled, this.#concurrency);
    return (monotonicMs() - this.#startedAt) / atLeast;
  }
}
