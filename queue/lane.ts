// One queue in one drain. Handlers run while a call is under way; each call settles what has finished and claims
// what comes next, so that a batch costs one round trip.
import { Attempt } from './attempt.ts';
import type { ClaimedDelivery } from './claimed-delivery.ts';
import type { Deadline } from './deadline.ts';
import { InvocationEnded, LeaseLost } from './errors.ts';
import { handle } from './handle.ts';
import type { Look } from './look.ts';
import type { Pace } from './pace.ts';
import { reportSettled, reportStale } from './report-settled.ts';
import { type Result, release } from './result.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';
import { addSettled, type DrainSummary } from './summary.ts';
import type { Surroundings } from './surroundings.ts';

/** A finished result waits at most this long for others before it is settled. */
const settleWithinMs = 250;

export class Lane {
  readonly surroundings: Surroundings;
  readonly deadline: Deadline;
  readonly #look: Look;
  readonly #summary: DrainSummary;
  readonly #pace: Pace;
  readonly #running = new Set<Attempt>();
  #unstarted: ClaimedDelivery[] = [];
  readonly #results: Result[] = [];
  #wake: (() => void) | undefined;

  constructor(surroundings: Surroundings, look: Look, deadline: Deadline, summary: DrainSummary) {
    this.surroundings = surroundings;
    this.deadline = deadline;
    this.#look = look;
    this.#summary = summary;
    this.#pace = surroundings.pace;
  }

  /** Until nothing is left to claim, or to handle when time is short. */
  async drain(): Promise<void> {
    while (!this.#isFinished) {
      await this.#untilWorthACall();
      this.#giveUpWhatHasNoTime();
      await this.#exchange();
    }
  }

  /** Takes deliveries in and starts as many as may run at once. */
  take(deliveries: readonly ClaimedDelivery[]): void {
    this.#summary.claimed += deliveries.length;
    this.#unstarted.push(...deliveries);
    this.#startHandlers();
  }

  /** Counts and logs deliveries that ended because their last lease ran out. */
  reportExpired(dead: readonly string[]): void {
    this.#summary.dead += dead.length;
    const { queue, log } = this.surroundings;
    for (const messageId of dead)
      log.error('dead letter', { messageId, queue: queue.name, error: 'LeaseExpired' });
  }

  /** Deliveries under lease here. */
  get held(): ClaimedDelivery[] {
    return [...Array.from(this.#running, (attempt) => attempt.delivery), ...this.#unstarted];
  }

  /** Stops what runs for deliveries that others may hold by now, and forgets what has not started. */
  dropLost(lost: readonly ClaimedDelivery[]): void {
    const isLost = (delivery: ClaimedDelivery) => lost.includes(delivery);
    for (const attempt of this.#running)
      if (isLost(attempt.delivery)) attempt.abort(new LeaseLost());
    // What runs is found stale when it is settled; of these nothing will be.
    const unstarted = this.#unstarted.filter(isLost).map(({ id }) => id);
    this.#unstarted = this.#unstarted.filter((delivery) => !isLost(delivery));
    this.#summary.stale += unstarted.length;
    reportStale(this.surroundings.log, this.surroundings.queue.name, unstarted);
  }

  /** Stops every handler: what they would report cannot be settled any more, or there is no time to wait. */
  abort(reason: Error): void {
    for (const attempt of this.#running) attempt.abort(reason);
  }

  get #isFinished(): boolean {
    const isIdle = this.#isIdle && this.#results.length === 0;
    return isIdle && (this.#look.isOver || !this.#hasTime);
  }

  get #isIdle(): boolean {
    return this.#running.size === 0 && this.#unstarted.length === 0;
  }

  get #hasTime(): boolean {
    return this.deadline.hasTimeFor(this.#pace.slowestMs);
  }

  /** How many deliveries the next call should claim. */
  get #wanted(): number {
    const { window } = this.#pace;
    if (this.#look.isOver || !this.#hasTime || this.#unstarted.length > window) return 0;
    const { concurrency, batchSize } = this.surroundings.queue.policy;
    return Math.min(batchSize, Math.max(window, concurrency - this.#running.size));
  }

  get #isWorthACall(): boolean {
    if (this.#isIdle || this.#results.length >= this.#pace.window) return true;
    return !this.#look.wasShort && this.#wanted > 0;
  }

  /** Waits for enough results or room for more work; for not too long when anything is to be settled. */
  async #untilWorthACall(): Promise<void> {
    if (this.#isWorthACall) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, settleWithinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#hasTime) {
      this.#results.push(...this.#unstarted.map(release));
      this.#unstarted = [];
    }
    if (this.deadline.isNear) this.abort(new InvocationEnded());
  }

  async #exchange(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === 0 && this.#results.length === 0) return;
    const results = this.#results.splice(0);
    const { queue, database, log } = this.surroundings;
    const { cursor } = this.#look;
    const budgetMs = this.deadline.callBudgetMs;
    const exchange = { queue: queue.name, results, wanted, cursor, budgetMs };
    const exchanged = await settleAroundRefusal(database, exchange);
    addSettled(this.#summary, exchanged.results, exchanged.settled);
    reportSettled(log, queue.name, exchanged.results, exchanged.settled);
    if (wanted > 0) this.#look.record(wanted, exchanged.deliveries.length, exchanged.cursor);
    this.take(exchanged.deliveries);
  }

  #startHandlers(): void {
    const { concurrency } = this.surroundings.queue.policy;
    while (this.#running.size < concurrency && this.#unstarted.length > 0 && this.#hasTime) {
      const delivery = this.#unstarted.shift();
      if (delivery) this.#start(new Attempt(delivery));
    }
  }

  #start(attempt: Attempt): void {
    this.#running.add(attempt);
    void handle(attempt, this.surroundings).then((result) => {
      this.#running.delete(attempt);
      this.#results.push(result);
      this.#pace.record(attempt.elapsedMs, attempt.isAborted);
      this.#startHandlers();
      if (this.#isWorthACall) this.#wake?.();
    });
  }
}
