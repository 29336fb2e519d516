// How fast a queue's handlers are, and so how many deliveries are worth holding. What is held and not started
// keeps other consumers from it, and is released for nothing at the end of the invocation.
import type { QueuePolicy } from '#queue/declare/queue.ts';

/** Deliveries are claimed for about this long ahead. */
const horizonMs = 1_000;
/** Weight of the newest handler run in the average. */
const newest = 0.1;

export class Pace {
  readonly #policy: QueuePolicy;
  #averageMs: number | undefined;
  #slowestMs = 0;

  constructor(policy: QueuePolicy) {
    this.#policy = policy;
  }

  /** A run of the handler for so many deliveries. */
  record(ms: number, deliveries: number, isAborted: boolean): void {
    const each = ms / deliveries;
    this.#averageMs =
      this.#averageMs === undefined ? each : this.#averageMs * (1 - newest) + each * newest;
    // One that hung until it was aborted does not mean that others need as long.
    if (!isAborted && ms > this.#slowestMs) this.#slowestMs = ms;
  }

  /** The longest run so far: what a handler that starts now may take. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Deliveries to hold unstarted, at most the queue's batch size; two rounds of handlers while nothing is known. */
  get window(): number {
    const { concurrency, batchSize } = this.#policy;
    const rounds = this.#averageMs === undefined ? 2 : horizonMs / Math.max(this.#averageMs, 0.001);
    return Math.max(1, Math.min(batchSize, Math.ceil(concurrency * rounds)));
  }
}
