// When a lane is to call the database, and how much it is to ask for: enough that handlers never wait, and no more
// than they can start soon.

import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimPosition } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import type { HandlerPool } from './handler-pool.ts';
import type { Pace } from './pace.ts';

/** A finished result waits at most this long for others before it is settled. */
const settleWithinMs = 250;

export class Demand {
  readonly #runtime: QueueRuntime;
  readonly #pace: Pace;
  readonly #position: ClaimPosition;
  readonly #pool: HandlerPool;
  readonly #deadline: Deadline;
  /** How many deliveries the calls under way may bring. */
  #asked = 0;
  #lastChanceAt = performance.now();

  constructor(
    runtime: QueueRuntime,
    pace: Pace,
    position: ClaimPosition,
    pool: HandlerPool,
    deadline: Deadline,
  ) {
    this.#runtime = runtime;
    this.#pace = pace;
    this.#position = position;
    this.#pool = pool;
    this.#deadline = deadline;
  }

  /** Nothing is left to claim, or no time to handle it, and nothing to settle either. */
  get isOver(): boolean {
    const isIdle = this.#pool.isIdle && this.#pool.finished === 0;
    const hasTime = this.#pool.hasTime && this.#deadline.hasTimeFor(this.#position.limitedMs);
    return isIdle && (this.#position.isOver || !hasTime);
  }

  get isWorthACall(): boolean {
    const { finished, isIdle } = this.#pool;
    if (finished >= this.#pace.window || (isIdle && finished > 0)) return true;
    return (isIdle || this.#position.wasFull) && this.wanted(finished) > 0;
  }

  /** For how long still what is not worth a call may wait for more: for all callers together. */
  get patienceMs(): number {
    const leftMs = this.#lastChanceAt + settleWithinMs - performance.now();
    return Math.max(0, Math.min(leftMs, this.#position.limitedMs || leftMs));
  }

  /** Somebody is about to call, if there is anything to call for. */
  restartPatience(): void {
    this.#lastChanceAt = performance.now();
  }

  /** How many deliveries a call should claim that settles so many results. */
  wanted(results: number): number {
    const { window } = this.#pace;
    if (this.#position.isOver || !this.#pool.hasTime) return 0;
    const { unstarted } = this.#pool;
    // Handlers that have nothing left to start are faster than the calls: then those need not wait for each other.
    if (unstarted > 0 && unstarted + this.#asked > window) return 0;
    // Two calls for what one may hold would be one too many.
    if (this.#asked > 0 && !this.#position.wasFull) return 0;
    const { batchSize, maxInFlight } = this.#runtime.queue.policy;
    // Settling makes room under an in-flight limit; without it there is no use in asking again so soon.
    const makesRoom = maxInFlight !== undefined && results > 0;
    if (this.#position.limitedMs > 0 && !makesRoom) return 0;
    return Math.min(batchSize, Math.max(window, this.#pool.free));
  }

  /** Counts what a call asks for until it has ended. */
  async asking<Answer>(wanted: number, call: Promise<Answer>): Promise<Answer> {
    this.#asked += wanted;
    try {
      return await call;
    } finally {
      this.#asked -= wanted;
    }
  }
}
