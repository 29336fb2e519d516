// Aborts runs that take longer than their queue allows. All runs of a queue have the same timeout, so the one that started
// first reaches it first, and a single timer for the oldest is enough. A timer for each would cost as much as all the
// rest of a run.
import { HandlerTimeout } from '#queue/errors.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';

export class HandlerTimeouts {
  readonly #running: ReadonlySet<HandlerRun>;
  readonly #seconds: number;
  #timer: NodeJS.Timeout | undefined;

  /** running: in the order in which they started. seconds: the queue's timeout. */
  constructor(running: ReadonlySet<HandlerRun>, seconds: number) {
    this.#running = running;
    this.#seconds = seconds;
  }

  /** To be called whenever a run has started or ended. */
  update(): void {
    if (this.#running.size === 0) this.#stop();
    else if (!this.#timer) this.#waitForOldest();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #waitForOldest(): void {
    for (const run of this.#running) {
      if (run.isAborted) continue;
      this.#timer = setTimeout(() => this.#endOverdue(), Math.max(0, this.#leftMs(run)));
      return;
    }
  }

  #endOverdue(): void {
    this.#timer = undefined;
    for (const run of this.#running) {
      // Node's timers may go off up to a millisecond early.
      if (this.#leftMs(run) >= 1) break;
      run.abort(new HandlerTimeout(this.#seconds));
    }
    this.update();
  }

  #leftMs(run: HandlerRun): number {
    return this.#seconds * 1000 - run.elapsedMs;
  }
}
