// Hand-over: what one consumer cannot drain in its time is shared with helpers, further consumers that are started for it.
// The drain looks at its backlog three times, beside its lanes and never in their way: with the pace of the latest drains
// at once, with its own pace when it has measured one, and again when time runs short. How a helper is started is for the
// caller to know; that no more are alive than allowed, whoever has started them, is for the database.
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { answerWithin } from '#queue/routines/answer-within.ts';
import { type BacklogQueue, backlog, type WaitingQueue } from '#queue/routines/backlog.ts';
import { takeHelpers } from '#queue/routines/helper-places.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import type { Survey } from '#queue/routines/survey.ts';
import { type DrainState, declaredQueue, type HandOverOptions } from './drain-state.ts';
import { helpersNeeded, type QueueLoad } from './helpers-needed.ts';
import { Waiters } from './waiters.ts';

/** After so long, in milliseconds, a drain has measured a pace of its own. */
const measuredMs = 2_000;
/** When this share of the time is over, time runs short. */
const shortShare = 0.75;
/** A look at the backlog is not worth more time than this, in milliseconds: the next one comes, or the next tick. */
const longestLookMs = 5_000;

export class HandOver {
  readonly #state: DrainState;
  readonly #startedAt = monotonicMs();
  /** What a consumer has for its handlers, this one as its helpers. */
  readonly #wholeMs: number;
  readonly #waiters = new Waiters();
  readonly #ended: Promise<unknown>;
  #isOver = false;

  /** Begins to look, if this drain may hand over at all. */
  constructor(state: DrainState, first: Survey) {
    this.#state = state;
    this.#wholeMs = state.deadline.callBudgetMs;
    const { parts, handOver } = state;
    this.#ended = handOver
      ? parts.run('hand-over', () => this.#watch(handOver, first))
      : Promise.resolve();
  }

  /** Looks no more, and waits for a look that is under way. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#waiters.wake();
    await this.#ended;
  }

  async #watch(options: HandOverOptions, first: Survey): Promise<void> {
    await this.#look(options, this.#surveyed(first));
    for (const afterMs of [measuredMs, this.#wholeMs * shortShare]) {
      await this.#waiters.wait(Math.max(0, afterMs - (monotonicMs() - this.#startedAt)));
      if (this.#isOver) return;
      await this.#look(options, this.#underWay());
    }
  }

  /** The queues in which a survey has found something, with no pace but that of the latest drains. */
  #surveyed({ queues }: Survey): BacklogQueue[] {
    return queues
      .filter(({ fresh }) => fresh)
      .map(({ queue, cursor }) => ({ queue, cursor, eachMs: null, ...this.#concurrency(queue) }));
  }

  /** The queues that this drain is at, as fast as it is there. */
  #underWay(): BacklogQueue[] {
    return Array.from(this.#state.queues).flatMap(([queue, { progress }]) => {
      if (!progress) return [];
      const { cursor, eachMs } = progress;
      return [{ queue, cursor, eachMs, ...this.#concurrency(queue) }];
    });
  }

  #concurrency(queue: string) {
    return { concurrency: this.#policy(queue).concurrency };
  }

  #policy(queue: string) {
    return declaredQueue(this.#state, queue).policy;
  }

  async #look(options: HandOverOptions, queues: readonly BacklogQueue[]): Promise<void> {
    const { database, deadline } = this.#state;
    const ownMs = deadline.callBudgetMs;
    if (queues.length === 0 || ownMs === 0) return;
    const helperMs = this.#wholeMs;
    const asked = { consumers: 1 + options.most, timeMs: helperMs, budgetMs: this.#budgetMs };
    const seen = await backlog(database, queues, asked);
    const loads = seen.queues.flatMap((each) => this.#load(each));
    const most = Math.min(options.most, helpersNeeded(loads, { ownMs, helperMs }));
    const missing = most - seen.helpers;
    if (missing > 0) await this.#start(options, { most, missing, seen: seen.queues });
  }

  /** How long a call may take: as long as nothing that the drain holds has to wait for it. */
  get #budgetMs(): number {
    return Math.min(longestLookMs, this.#state.deadline.callBudgetMs);
  }

  #load({ queue, waiting, eachMs }: WaitingQueue): QueueLoad[] {
    return eachMs === null ? [] : [{ policy: this.#policy(queue), waiting, eachMs }];
  }

  async #start(
    { invoke }: HandOverOptions,
    { most, missing, seen }: { most: number; missing: number; seen: readonly WaitingQueue[] },
  ): Promise<void> {
    const { database, log } = this.#state;
    const tokens = Array.from({ length: missing }, () => crypto.randomUUID());
    const taken = await takeHelpers(database, { tokens, most }, { budgetMs: this.#budgetMs });
    if (taken.length === 0) return;
    const invoked = taken.map((token) => answerWithin(this.#budgetMs, invoke(token)));
    const outcomes = await Promise.allSettled(invoked);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    const helpers = taken.length - failed.length;
    this.#state.handedOver += helpers;
    if (helpers > 0) log.info('handed over', { helpers, ...largest(seen) });
    if (failed[0]) this.#tellOf(failed.length, failed[0].reason);
  }

  /**
   * No reason for the drain to fail: what is left over is handled all the same, later. Their places are free in a minute,
   * since nobody knows whether a call was carried out.
   */
  #tellOf(helpers: number, why: unknown): void {
    this.#state.log.warn('hand-over failed', { helpers, ...loggedError(why) });
  }
}

/** The queue that would take longest, for the log. */
function largest(queues: readonly WaitingQueue[]) {
  const neededMs = ({ waiting, eachMs }: WaitingQueue) => waiting * (eachMs ?? 0);
  const [first] = queues.toSorted((one, other) => neededMs(other) - neededMs(one));
  return first && { queue: first.queue, waiting: first.waiting, eachMs: first.eachMs };
}
