// The calls of one lane to the database. Each settles what has finished and claims what comes next, so that a batch of deliveries
// costs one round trip. Here is known where the lane stands in its queue, what is on its way, and the facts by which it decides.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Result } from '#queue/routines/result.ts';
import type { ExchangedInParts } from '#queue/routines/settle-and-claim-in-parts.ts';
import { mayCall } from './calls-at-once.ts';
import { advance, type ClaimPosition } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import type { QueueState } from './drain-state.ts';
import type { HandlerPool } from './handler-pool.ts';
import type { LaneFacts } from './next-step.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';

export interface CallsOptions extends QueueState {
  readonly position: ClaimPosition;
  readonly deadline: Deadline;
  /** How many lanes are under way at the moment, this one included. */
  readonly lanes: () => number;
}

export class LaneCalls {
  readonly #options: CallsOptions;
  readonly #pool: HandlerPool;
  #position: ClaimPosition;
  /** How many deliveries the calls under way may bring. */
  #asked = 0;
  /** When each of the calls under way began, on the clock of monotonicMs(). */
  readonly #underWay = new Set<{ readonly since: number }>();
  /** When the last call began, on the clock of monotonicMs(). */
  #calledAt = monotonicMs();

  constructor(options: CallsOptions, pool: HandlerPool) {
    this.#options = options;
    this.#pool = pool;
    this.#position = options.position;
  }

  get asked(): number {
    return this.#asked;
  }

  /** Whether another call may be made beside those that are under way. */
  get mayBeMore(): boolean {
    const { lanes, report } = this.#options;
    return mayCall(this.#underWay.size, lanes(), report.tally);
  }

  /** When the oldest of those under way began, on the clock of monotonicMs(); infinite when there is none. */
  get oldestSince(): number {
    return Math.min(...Array.from(this.#underWay, ({ since }) => since));
  }

  facts(): LaneFacts {
    const { runtime, pace, deadline } = this.#options;
    const { unstarted, running, finished, heldBack, mayStart } = this.#pool;
    const { isAtEnd, wasFull, limitedUntil } = this.#position;
    const now = monotonicMs();
    const limitedMs = Math.max(0, limitedUntil - now);
    return {
      policy: runtime.queue.policy,
      unstarted,
      running,
      finished,
      heldBack,
      asked: this.#asked,
      window: pace.window,
      most: pace.most,
      mayStart,
      isAtEnd,
      wasFull,
      limitedMs,
      outlastsLimit: deadline.hasTimeFor(limitedMs),
      sinceCallMs: now - this.#calledAt,
    };
  }

  /** One call: settles what has finished, and claims so many deliveries, which it hands to take. */
  async exchange(
    wanted: number,
    take: (deliveries: readonly ClaimedDelivery[]) => void,
  ): Promise<void> {
    const { runtime, report, pace } = this.#options;
    this.#calledAt = monotonicMs();
    const results = report.unsettled(this.#pool.takeResults());
    if (wanted === 0 && results.length === 0) return;
    const { queue, database } = runtime;
    const { cursor } = this.#position;
    const budgetMs = this.#budgetMs(results);
    const inRows = pace.expectsLarge;
    const exchange = { queue: queue.name, results, wanted, cursor, budgetMs, inRows };
    const call = { since: this.#calledAt };
    this.#asked += wanted;
    this.#underWay.add(call);
    const answer = await report.tally.timed(exchange, settleAroundRefusal(database, exchange));
    this.#underWay.delete(call);
    this.#asked -= wanted;
    report.settled(answer);
    if (wanted > 0) this.#advance(wanted, answer);
    take(answer.deliveries);
  }

  /** A call that fails for good ends the lane with all that it holds, so it counts what others are to settle as well. */
  #budgetMs(results: readonly Result[]): number {
    const { deadline } = this.#options;
    const settles = results.length + this.#pool.unsettled + this.#underWay.size > 0;
    return settles ? deadline.settleBudgetMs : deadline.callBudgetMs;
  }

  #advance(wanted: number, claimed: ExchangedInParts): void {
    this.#position = advance(this.#position, wanted, claimed);
    this.#options.pace.claimed(claimed.deliveries.length, claimed.kib, claimed.isHalved);
  }
}
