// One run of a handler, for one delivery or for a batch. How it ends is decided when the handler returns or throws, or when
// it is aborted from outside, whichever comes first. It is over when the handler has ended, too: nobody can make it stop.

import { LeaseLost } from '#queue/errors.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

export class HandlerRun {
  readonly deliveries: readonly ClaimedDelivery[];
  /** Whether the handler has ended, after which it reports no progress. A set of what has ended would cost every message. */
  hasEnded = false;
  readonly #startedAt = monotonicMs();
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  /** Rejects what waits for a part of the run at the moment. */
  readonly #waiting: ((reason: Error) => void)[] = [];
  /** Settles when all of the user's code has that was waited for; undefined before there was any. */
  #work: Promise<unknown> | undefined;
  #isForsaken = false;
  /** Ends the wait for what the user's code has promised. */
  #forsakeWork: (() => void) | undefined;

  constructor(deliveries: readonly ClaimedDelivery[]) {
    this.deliveries = deliveries;
  }

  get elapsedMs(): number {
    return monotonicMs() - this.#startedAt;
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

  /** For the start of a part that is of no use any more once the run is aborted. */
  throwIfAborted(): void {
    if (this.#reason) throw this.#reason;
  }

  /** Tells the handler to stop, and decides that the run has failed. Only the first reason counts. */
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

  /** Aborts the run, and lets it be over although the handler may still be at work: nothing can be waited for any longer. */
  forsake(reason: Error): void {
    this.abort(reason);
    this.#isForsaken = true;
    this.#forsakeWork?.();
  }

  /** Waits for a part of the run, and rejects with the reason as soon as the run is aborted. */
  race<Value>(part: PromiseLike<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#reason) reject(this.#reason);
      else this.#waiting.push(reject);
      part.then(resolve, reject);
    });
  }

  /** As race, for a part that is the user's code: handlers and schemas. The run is not over before it has ended. */
  work<Value>(part: PromiseLike<Value>): Promise<Value> {
    // No promise of its own for what is one already. Anything else may do its work when it is asked for its value, as
    // query builders do, so it must be asked once.
    const promise = Promise.resolve(part);
    this.#work = this.#work ? Promise.allSettled([this.#work, promise]) : promise;
    return this.race(promise);
  }

  /**
   * Resolves when the run is over. Undefined, to save a promise, when it is over already, as every run is that was not
   * aborted once its outcome is decided.
   */
  over(): Promise<void> | undefined {
    const work = this.#work;
    if (!this.isAborted || this.#isForsaken || !work) return undefined;
    return new Promise((resolve) => {
      const end = () => resolve();
      this.#forsakeWork = end;
      work.then(end, end);
    });
  }
}
