// The end of the invocation, and what must be over before it.

/** Settling what is held must fit into this. */
const settleMs = 1_500;
/** No call is waited for any longer when only this is left: what it would answer could not be used. */
const returnMs = 250;
/** What a handler gets beyond the slowest one seen. */
const slackMs = 2_000;

export class Deadline {
  readonly #remainingMs: () => number;
  readonly #reservedMs: number;

  /** remainingMs: the time that the invocation has left, as Lambda's context gives it. */
  constructor(remainingMs: () => number, reservedMs = 0) {
    this.#remainingMs = remainingMs;
    this.#reservedMs = reservedMs;
  }

  /** Whether a handler that may take that long should still be started. */
  hasTimeFor(handlerMs: number): boolean {
    return this.#remainingMs() - this.#reservedMs > handlerMs + slackMs + settleMs;
  }

  /** Whether handlers that still run must be given up, so that their deliveries can be settled. */
  get isNear(): boolean {
    return this.#remainingMs() <= settleMs;
  }

  /** How long a database call may take, with its repetitions, in milliseconds. */
  get callBudgetMs(): number {
    return Math.max(0, Math.min(30_000, this.#remainingMs() - returnMs));
  }

  /** The same end, but nothing new is started in the given share (0 to 1) of the remaining time. */
  reserving(share: number): Deadline {
    return new Deadline(this.#remainingMs, this.#reservedMs + this.#remainingMs() * share);
  }
}
