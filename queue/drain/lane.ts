// One queue in one drain. Each call settles what has finished and claims what comes next, so that a batch costs one
// round trip; and while one call is at the database, what another has brought is handled.

import { InvocationEnded } from '#queue/errors.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { DrainCounts } from '#queue/routines/record-drain.ts';
import type { Result } from '#queue/routines/result.ts';
import type { ClaimPosition } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import { HandlerPool } from './handler-pool.ts';
import { keepLeases } from './keep-leases.ts';
import { Demand } from './next-step.ts';
import type { Pace } from './pace.ts';
import { reportExpired, reportSettled, reportStale } from './report-settled.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';
import { addSettled } from './summary.ts';
import { Waiters } from './waiters.ts';

/** Calls under way at once, so that database, network and handlers do not wait for each other. */
const callsAtOnce = 3;

interface LaneParts {
  readonly runtime: QueueRuntime;
  readonly pace: Pace;
  readonly counts: DrainCounts;
  readonly position: ClaimPosition;
  readonly deadline: Deadline;
}

export class Lane {
  readonly runtime: QueueRuntime;
  readonly deadline: Deadline;
  readonly #position: ClaimPosition;
  readonly #counts: DrainCounts;
  readonly #pool: HandlerPool;
  readonly #demand: Demand;
  readonly #waiters = new Waiters();
  #failure: Error | undefined;

  constructor({ runtime, pace, counts, position, deadline }: LaneParts) {
    this.runtime = runtime;
    this.deadline = deadline;
    this.#position = position;
    this.#counts = counts;
    const onFinished = () => this.#demand.isWorthACall && this.#waiters.wake();
    this.#pool = new HandlerPool(runtime, { pace, deadline, onFinished });
    this.#demand = new Demand(runtime, pace, position, this.#pool, deadline);
  }

  /**
   * Until nothing is left to claim, or to handle when time is short; leases are kept meanwhile. Throws when a call fails
   * for good.
   */
  async drain(): Promise<void> {
    const stopKeeping = keepLeases(this.runtime, this);
    try {
      await Promise.all(Array.from({ length: this.#calls }, () => this.#callUntilOver()));
    } finally {
      stopKeeping();
      await this.runtime.sessions.close();
    }
    if (this.#failure) throw this.#failure;
  }

  /** Claims of a limited queue take turns at the database, so a second call would only wait for the first. */
  get #calls(): number {
    const { maxInFlight, rate } = this.runtime.queue.policy;
    return maxInFlight || rate ? 1 : callsAtOnce;
  }

  take(deliveries: readonly ClaimedDelivery[]): void {
    this.#counts.claimed += deliveries.length;
    this.#pool.take(deliveries);
  }

  /** Counts and logs deliveries that ended because their last lease ran out. */
  countExpired(dead: readonly string[]): void {
    this.#counts.dead += dead.length;
    reportExpired(this.runtime.log, this.runtime.queue.name, dead);
  }

  /** Deliveries under lease here. */
  get held(): ClaimedDelivery[] {
    return this.#pool.held;
  }

  /** Gives up deliveries whose lease could not be kept. */
  dropLost(lost: readonly ClaimedDelivery[]): void {
    // What runs is found stale when it is settled; of what was not started nothing will be.
    const unstarted = this.#pool.dropLost(new Set(lost)).map(({ id }) => id);
    this.#counts.stale += unstarted.length;
    reportStale(this.runtime.log, this.runtime.queue.name, unstarted);
  }

  async #callUntilOver(): Promise<void> {
    try {
      while (!this.#failure && !this.#demand.isOver) {
        this.#giveUpWhatHasNoTime();
        const { isWorthACall, patienceMs } = this.#demand;
        if (isWorthACall || patienceMs === 0) await this.#exchange();
        else await this.#waiters.wait(patienceMs);
      }
    } catch (cause) {
      this.#abandon(cause);
    } finally {
      // For whoever waits it may be over, too.
      this.#waiters.wake();
    }
  }

  /** Stops every handler and starts no more: what they would report cannot be settled here. */
  #abandon(cause: unknown): void {
    this.#failure ??= cause instanceof Error ? cause : new Error('the lane failed', { cause });
    this.#pool.abandon(new Error('the lane failed', { cause }));
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#pool.hasTime) this.#pool.releaseUnstarted();
    if (this.deadline.isNear) this.#pool.abort(new InvocationEnded());
  }

  async #exchange(): Promise<void> {
    this.#demand.restartPatience();
    const results = this.#takeResults();
    const wanted = this.#demand.wanted(results.length);
    if (wanted === 0 && results.length === 0) return;
    const { queue, log } = this.runtime;
    const exchanged = await this.#demand.asking(wanted, this.#call(results, wanted));
    addSettled(this.#counts, exchanged);
    reportSettled(log, queue.name, exchanged);
    if (wanted > 0) this.#position.record(wanted, exchanged);
    if (!this.#failure) this.take(exchanged.deliveries);
  }

  #call(results: readonly Result[], wanted: number): ReturnType<typeof settleAroundRefusal> {
    const { queue, database } = this.runtime;
    const { cursor } = this.#position;
    const { callBudgetMs: budgetMs } = this.deadline;
    return settleAroundRefusal(database, { queue: queue.name, results, wanted, cursor, budgetMs });
  }

  /** What is to be settled; what handlers have settled themselves is only counted. */
  #takeResults(): Result[] {
    const results: Result[] = [];
    for (const handled of this.#pool.takeResults())
      if ('outcome' in handled) results.push(handled);
      else addSettled(this.#counts, handled);
    return results;
  }
}
