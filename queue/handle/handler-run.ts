// One run of a handler, for one delivery or for a batch. It ends when the handler returns or throws, or when it is
// aborted from outside, whichever comes first.

import { LeaseLost } from '#queue/errors.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

export class HandlerRun {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly #startedAt = performance.now();
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  /** Rejects what waits for a part of the run at the moment. */
  readonly #waiting: ((reason: Error) => void)[] = [];

  constructor(deliveries: readonly ClaimedDelivery[]) {
    this.deliveries = deliveries;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  get isAborted(): boolean {
    return this.#reason !== undefined;
  }

  /**
   * For the handler, which is to stop when it is aborted. Made when it is asked for: most handlers never do, and a
   * signal costs more than the rest of a run.
   */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Tells the handler to stop, and does not wait until it does. Only the first reason counts. */
  abort(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const giveUp of this.#waiting) giveUp(reason);
  }

  /** Aborts the run if all its deliveries are lost. A batch goes on while there is one whose outcome still counts. */
  abortIfLost(isLost: (delivery: ClaimedDelivery) => boolean): void {
    if (this.deliveries.every(isLost)) this.abort(new LeaseLost());
  }

  /** Waits for a part of the run, and rejects with the reason as soon as the run is aborted. */
  race<Value>(part: PromiseLike<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#reason) reject(this.#reason);
      else this.#waiting.push(reject);
      part.then(resolve, reject);
    });
  }
}
