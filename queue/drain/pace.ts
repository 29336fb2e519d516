// How fast a queue's handlers are, and therefore how many deliveries are worth holding. Holding too few makes handlers
// wait for claims. Holding too many keeps other consumers from them, only to release them unstarted when the invocation
// ends.
import type { QueuePolicy } from '#queue/declare/queue.ts';

/** Deliveries are held for about this long ahead. */
const horizonMs = 1_000;
/** The weight of the newest run in the moving average. */
const newest = 0.1;

export class Pace {
  readonly #policy: QueuePolicy;
  #averageMs: number | undefined;
  #slowestMs = 0;

  constructor(policy: QueuePolicy) {
    this.#policy = policy;
  }

  /** Takes note of a run of the handler, which was for one delivery or for a batch. */
  record(ms: number, deliveries: number, isAborted: boolean): void {
    const each = ms / deliveries;
    this.#averageMs =
      this.#averageMs === undefined ? each : this.#averageMs * (1 - newest) + each * newest;
    // A run that hung until it was aborted does not mean that others need as long.
    if (!isAborted && ms > this.#slowestMs) this.#slowestMs = ms;
  }

  /** The longest run so far, in milliseconds: a handler that starts now may take as long. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** How many deliveries to hold unstarted, at most the queue's batch size; at first enough for two rounds of handlers. */
  get window(): number {
    const { concurrency, batchSize } = this.#policy;
    const rounds = this.#averageMs === undefined ? 2 : horizonMs / Math.max(this.#averageMs, 0.001);
    return Math.max(1, Math.min(batchSize, Math.ceil(concurrency * rounds)));
  }
}
