// One queue in one drain. Handlers run while a call is under way; each call settles what has finished and claims
// what comes next, so that a batch costs one round trip.
import type { ClaimedDelivery } from './claimed-delivery.ts';
import type { Deadline } from './deadline.ts';
import { InvocationEnded } from './errors.ts';
import { HandlerPool } from './handler-pool.ts';
import type { Look } from './look.ts';
import type { Pace } from './pace.ts';
import { reportExpired, reportSettled, reportStale } from './report-settled.ts';
import type { Result } from './result.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';
import { isSettledInTransaction } from './settled-in-transaction.ts';
import { addSettled, addSettledInTransaction, type LaneSummary } from './summary.ts';
import type { Surroundings } from './surroundings.ts';

/** A finished result waits at most this long for others before it is settled. */
const settleWithinMs = 250;

export class Lane {
  readonly surroundings: Surroundings;
  readonly deadline: Deadline;
  readonly #look: Look;
  readonly #summary: LaneSummary;
  readonly #pace: Pace;
  readonly #pool: HandlerPool;
  #wake: (() => void) | undefined;

  constructor(surroundings: Surroundings, look: Look, deadline: Deadline, summary: LaneSummary) {
    this.surroundings = surroundings;
    this.deadline = deadline;
    this.#look = look;
    this.#summary = summary;
    this.#pace = surroundings.pace;
    const onFinished = () => this.#isWorthACall && this.#wake?.();
    this.#pool = new HandlerPool(surroundings, deadline, this.#pace, { onFinished });
  }

  /** Until nothing is left to claim, or to handle when time is short. */
  async drain(): Promise<void> {
    while (!this.#isFinished) {
      await this.#untilWorthACall();
      this.#giveUpWhatHasNoTime();
      await this.#exchange();
    }
  }

  take(deliveries: readonly ClaimedDelivery[]): void {
    this.#summary.claimed += deliveries.length;
    this.#pool.take(deliveries);
  }

  /** Counts and logs deliveries that ended because their last lease ran out. */
  countExpired(dead: readonly string[]): void {
    this.#summary.dead += dead.length;
    reportExpired(this.surroundings.log, this.surroundings.queue.name, dead);
  }

  /** Deliveries under lease here. */
  get held(): ClaimedDelivery[] {
    return this.#pool.held;
  }

  /** Gives up deliveries whose lease could not be kept. */
  dropLost(lost: readonly ClaimedDelivery[]): void {
    // What runs is found stale when it is settled; of what was not started nothing will be.
    const unstarted = this.#pool.dropLost(new Set(lost)).map(({ id }) => id);
    this.#summary.stale += unstarted.length;
    reportStale(this.surroundings.log, this.surroundings.queue.name, unstarted);
  }

  /** Stops every handler and starts no more: what they would report cannot be settled here. */
  abandon(reason: Error): void {
    this.#pool.abandon(reason);
  }

  get #isFinished(): boolean {
    const isIdle = this.#pool.isIdle && this.#pool.finished === 0;
    const hasTime = this.#pool.hasTime && this.deadline.hasTimeFor(this.#look.limitedMs);
    return isIdle && (this.#look.isOver || !hasTime);
  }

  /** How many deliveries a call should claim that settles so many results. */
  #wanted(results: number): number {
    const { window } = this.#pace;
    if (this.#look.isOver || !this.#pool.hasTime || this.#pool.unstarted > window) return 0;
    const { batchSize, maxInFlight } = this.surroundings.queue.policy;
    // Settling makes room under an in-flight limit; without it there is no use in asking again so soon.
    const makesRoom = maxInFlight !== undefined && results > 0;
    if (this.#look.limitedMs > 0 && !makesRoom) return 0;
    return Math.min(batchSize, Math.max(window, this.#pool.free));
  }

  get #isWorthACall(): boolean {
    const { finished, isIdle } = this.#pool;
    if (finished >= this.#pace.window || (isIdle && finished > 0)) return true;
    return (isIdle || !this.#look.wasShort) && this.#wanted(finished) > 0;
  }

  /** Waits for enough results or room for more work; for not too long when anything is to be settled. */
  async #untilWorthACall(): Promise<void> {
    if (this.#isWorthACall) return;
    const waitMs = Math.min(settleWithinMs, Math.ceil(this.#look.limitedMs) || settleWithinMs);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#pool.hasTime) this.#pool.releaseUnstarted();
    if (this.deadline.isNear) this.#pool.abort(new InvocationEnded());
  }

  async #exchange(): Promise<void> {
    const results = this.#takeResults();
    const wanted = this.#wanted(results.length);
    if (wanted === 0 && results.length === 0) return;
    const { queue, database, log } = this.surroundings;
    const { cursor } = this.#look;
    const budgetMs = this.deadline.callBudgetMs;
    const exchange = { queue: queue.name, results, wanted, cursor, budgetMs };
    const exchanged = await settleAroundRefusal(database, exchange);
    addSettled(this.#summary, exchanged.results, exchanged.settled);
    reportSettled(log, queue.name, exchanged.results, exchanged.settled);
    if (wanted > 0) this.#look.record(wanted, exchanged);
    this.take(exchanged.deliveries);
  }

  /** What is to be settled; what handlers have settled themselves is only counted. */
  #takeResults(): Result[] {
    const results: Result[] = [];
    for (const handled of this.#pool.takeResults())
      if (isSettledInTransaction(handled)) addSettledInTransaction(this.#summary, handled);
      else results.push(handled);
    return results;
  }
}
