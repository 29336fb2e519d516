// One queue in one drain. Each call settles what has finished and claims what comes next, so that a batch costs one
// round trip; and while one call is at the database, what another has brought is handled.

import { InvocationEnded } from '#queue/errors.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import { advance, type ClaimPosition } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import { HandlerPool } from './handler-pool.ts';
import { keepLeases } from './keep-leases.ts';
import { type LaneFacts, nextStep } from './next-step.ts';
import type { Pace } from './pace.ts';
import type { QueueReport } from './queue-report.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';
import { Waiters } from './waiters.ts';

/** Calls under way at once, so that database, network and handlers do not wait for each other. */
const callsAtOnce = 3;

interface LaneParts {
  readonly runtime: QueueRuntime;
  readonly pace: Pace;
  readonly report: QueueReport;
  readonly position: ClaimPosition;
  readonly deadline: Deadline;
}

export class Lane {
  readonly runtime: QueueRuntime;
  readonly deadline: Deadline;
  readonly report: QueueReport;
  readonly #pace: Pace;
  #position: ClaimPosition;
  readonly #pool: HandlerPool;
  readonly #waiters = new Waiters();
  /** How many deliveries the calls under way may bring. */
  #asked = 0;
  #calledAt = performance.now();
  #failure: Error | undefined;

  constructor({ runtime, pace, report, position, deadline }: LaneParts) {
    this.runtime = runtime;
    this.deadline = deadline;
    this.report = report;
    this.#pace = pace;
    this.#position = position;
    const onFinished = () => this.#wakeForCall();
    this.#pool = new HandlerPool(runtime, { pace, deadline, onFinished });
  }

  /**
   * Until nothing is left to claim, or to handle when time is short; leases are kept meanwhile. Throws when a call fails
   * for good.
   */
  async drain(): Promise<void> {
    const stopKeeping = keepLeases({
      runtime: this.runtime,
      pool: this.#pool,
      report: this.report,
    });
    try {
      await Promise.all(Array.from({ length: this.#calls }, () => this.#callUntilOver()));
    } finally {
      stopKeeping();
      await this.runtime.sessions.close();
    }
    if (this.#failure) throw this.#failure;
    this.#requireSessions();
  }

  /** Everything held is settled or released by now. That sessions are not to be had is for an alarm, as if a call failed. */
  #requireSessions(): void {
    const { queue, log, sessions } = this.runtime;
    if (!sessions.unavailable) return;
    const { name: error, message: reason } = sessions.unavailable;
    log.error('transactional handlers not started', { queue: queue.name, error, reason });
    throw sessions.unavailable;
  }

  /** Claims of a limited queue take turns at the database, so a second call would only wait for the first. */
  get #calls(): number {
    const { maxInFlight, rate } = this.runtime.queue.policy;
    return maxInFlight || rate ? 1 : callsAtOnce;
  }

  take(deliveries: readonly ClaimedDelivery[]): void {
    this.report.counts.claimed += deliveries.length;
    this.#pool.take(deliveries);
  }

  async #callUntilOver(): Promise<void> {
    try {
      while (!this.#failure) {
        this.#giveUpWhatHasNoTime();
        const step = nextStep(this.#facts());
        if (step.do === 'stop') break;
        if (step.do === 'call') await this.#exchange(step.wanted);
        else await this.#waiters.wait(step.ms);
      }
    } catch (cause) {
      this.#abandon(cause);
    } finally {
      // Whoever still waits may have nothing left to wait for, either.
      this.#waiters.wake();
    }
  }

  #facts(): LaneFacts {
    const { unstarted, running, finished, mayStart } = this.#pool;
    const { isAtEnd, wasFull, limitedUntil } = this.#position;
    const now = performance.now();
    const limitedMs = Math.max(0, limitedUntil - now);
    return {
      policy: this.runtime.queue.policy,
      unstarted,
      running,
      finished,
      asked: this.#asked,
      window: this.#pace.window,
      mayStart,
      isAtEnd,
      wasFull,
      limitedMs,
      outlastsLimit: this.deadline.hasTimeFor(limitedMs),
      sinceCallMs: now - this.#calledAt,
    };
  }

  /** Runs for every message, so it looks no further while every caller is at the database. */
  #wakeForCall(): void {
    if (this.#waiters.isAnyone && nextStep(this.#facts()).do === 'call') this.#waiters.wake();
  }

  /** Stops every handler and starts no more: what they would report cannot be settled here. */
  #abandon(cause: unknown): void {
    const failed = new Error('the lane failed', { cause });
    this.#failure ??= cause instanceof Error ? cause : failed;
    this.#pool.abandon(failed);
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#pool.mayStart) this.#pool.releaseUnstarted();
    if (this.deadline.isNear) this.#pool.abort(new InvocationEnded());
  }

  async #exchange(wanted: number): Promise<void> {
    this.#calledAt = performance.now();
    const results = this.#takeResults();
    if (wanted === 0 && results.length === 0) return;
    const { queue, database } = this.runtime;
    const { cursor } = this.#position;
    const { callBudgetMs: budgetMs } = this.deadline;
    const exchange = { queue: queue.name, results, wanted, cursor, budgetMs };
    this.#asked += wanted;
    const exchanged = await settleAroundRefusal(database, exchange);
    this.#asked -= wanted;
    this.report.settled(exchanged);
    if (wanted > 0) this.#position = advance(this.#position, wanted, exchanged);
    if (!this.#failure) this.take(exchanged.deliveries);
  }

  /** What is to be settled; what handlers have settled themselves is only counted. */
  #takeResults(): Result[] {
    const results: Result[] = [];
    for (const handled of this.#pool.takeResults())
      if ('outcome' in handled) results.push(handled);
      else this.report.settled(handled);
    return results;
  }
}
