// The end of the invocation, and what must be over before it. All times are in milliseconds.

/** Kept for the end, so that everything held can be settled. */
const settleMs = 1_500;
/** When only this is left, no call is waited for any longer: there would be no time to use its answer. */
const returnMs = 250;
/** A look at what is due may take this long, so with less than this left none is begun. */
const shortestLookMs = 500;
/** With nothing held a look is waited for no longer: the next invocation looks again, and this one tells of the failure. */
const longestLookMs = 10_000;
/** A handler is given this much more than the slowest run so far has taken. */
const slackMs = 2_000;

export class Deadline {
  readonly #remainingMs: () => number;
  readonly #reservedMs: number;

  /** remainingMs: the time that the invocation has left, as Lambda's context gives it. */
  constructor(remainingMs: () => number, reservedMs = 0) {
    this.#remainingMs = remainingMs;
    this.#reservedMs = reservedMs;
  }

  /** Whether there is time to start a handler that may take that long. */
  hasTimeFor(handlerMs: number): boolean {
    return this.#remainingMs() - this.#reservedMs > handlerMs + slackMs + settleMs;
  }

  /** Whether handlers that still run must be aborted, so that their deliveries can be settled. */
  get isNear(): boolean {
    return this.#remainingMs() <= settleMs;
  }

  /**
   * How long a call that settles something may take, with its repetitions: as long as there is any use in its answer,
   * since what it does not settle is handled a second time.
   */
  get settleBudgetMs(): number {
    return Math.max(0, this.#remainingMs() - returnMs);
  }

  /** The same for a call that settles nothing: what is held, and what it brings, must be settled after it. */
  get callBudgetMs(): number {
    return Math.max(0, this.#remainingMs() - this.#reservedMs - settleMs);
  }

  /** Whether there is time to look at what is due. */
  get hasTimeToLook(): boolean {
    return this.callBudgetMs >= shortestLookMs;
  }

  /** How long a look at what is due may take, with its repetitions, while nothing is held. */
  get lookBudgetMs(): number {
    return Math.min(longestLookMs, this.callBudgetMs);
  }

  /** The same end, but with a share, 0 to 1, of the remaining time in which no handler is started any more. */
  reserving(share: number): Deadline {
    return new Deadline(this.#remainingMs, this.#reservedMs + this.#remainingMs() * share);
  }
}
