// The end of the invocation, and what must be over before it.

/** Settling what is held must fit into this. */
const settleMs = 1_500;
/** What a handler gets beyond the slowest one seen. */
const slackMs = 2_000;

export class Deadline {
  readonly #remainingMs: () => number;

  /** remainingMs: the time that the invocation has left, as Lambda's context gives it. */
  constructor(remainingMs: () => number) {
    this.#remainingMs = remainingMs;
  }

  get remainingMs(): number {
    return this.#remainingMs();
  }

  /** Whether a handler that may take that long should still be started. */
  hasTimeFor(handlerMs: number): boolean {
    return this.#remainingMs() > handlerMs + slackMs + settleMs;
  }

  /** Whether handlers that still run must be given up, so that their deliveries can be settled. */
  get isNear(): boolean {
    return this.#remainingMs() <= settleMs;
  }

  /** How long a failing database call may be repeated, in milliseconds. */
  get callBudgetMs(): number {
    return Math.max(0, Math.min(30_000, this.#remainingMs() - settleMs / 2));
  }

  /** The same end, with the given share (0 to 1) of the remaining time kept for something else. */
  reserving(share: number): Deadline {
    const reservedMs = this.#remainingMs() * share;
    return new Deadline(() => this.#remainingMs() - reservedMs);
  }
}
