// One run of a handler, for one delivery or for a batch: ended by the handler itself, or from outside by an abort,
// whichever comes first.

import { LeaseLost } from '#queue/errors.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

export class HandlerRun {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly #startedAt = performance.now();
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  /** How to tell who waits for a part of the run that it is over. */
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

  /** Made when a handler asks for it: most never do, and a signal costs more than the rest of a run. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Tells the handler to stop, and stops waiting for it. */
  abort(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const giveUp of this.#waiting) giveUp(reason);
  }

  /** Stops the handler once nothing that it works on is held here any more. */
  abortIfLost(isLost: (delivery: ClaimedDelivery) => boolean): void {
    if (this.deliveries.every(isLost)) this.abort(new LeaseLost());
  }

  /** Settles as the given part of the run does, or rejects with the reason of an abort. */
  race<Value>(part: PromiseLike<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#reason) reject(this.#reason);
      else this.#waiting.push(reject);
      part.then(resolve, reject);
    });
  }
}
