// One run of a handler: ended by the handler itself, or from outside by an abort, whichever comes first.
import type { ClaimedDelivery } from './claimed-delivery.ts';

export class Attempt {
  readonly delivery: ClaimedDelivery;
  readonly #startedAt = performance.now();
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #onAbort: ((reason: Error) => void) | undefined;

  constructor(delivery: ClaimedDelivery) {
    this.delivery = delivery;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Made when a handler asks for it: most never do, and a signal costs more than the rest of an attempt. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#reason !== undefined;
  }

  /** Tells the handler to stop, and stops waiting for it. */
  abort(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#onAbort?.(reason);
  }

  /**
   * Settles as the given part of the attempt does, or rejects with the reason of the abort; timeoutMs after the
   * attempt's start the abort is its own.
   */
  race<Value>(part: PromiseLike<Value>, timeoutMs: number, timeout: () => Error): Promise<Value> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.abort(timeout()), timeoutMs - this.elapsedMs);
      const settle = (end: () => void) => {
        clearTimeout(timer);
        end();
      };
      this.#onAbort = (reason) => settle(() => reject(reason));
      if (this.#reason) this.#onAbort(this.#reason);
      part.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}
