// One queue in one drain. Each of its calls to the database settles what has finished and claims what comes next, so that a
// batch of deliveries costs one round trip. Several calls may be under way at once: while one of them is at the database,
// handlers work on what another one has brought. See docs/decisions/0007-three-calls-at-once.md.
import { InvocationEnded } from '#queue/errors.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import type { Result } from '#queue/routines/result.ts';
import type { ExchangedInParts } from '#queue/routines/settle-and-claim-in-parts.ts';
import { turn } from '#queue/wait.ts';
import { callersOf, lookAgainMs, mayCall } from './calls-at-once.ts';
import { advance, type ClaimPosition } from './claim-position.ts';
import type { Deadline } from './deadline.ts';
import type { QueueState } from './drain-state.ts';
import { HandlerPool } from './handler-pool.ts';
import { keepLeases } from './keep-leases.ts';
import { holdsEnough, type LaneFacts, nextStep } from './next-step.ts';
import type { Pace } from './pace.ts';
import type { QueueReport } from './queue-report.ts';
import { settleAroundRefusal } from './settle-around-refusal.ts';
import { Waiters } from './waiters.ts';

/** A lane that does nothing but wait for one call's answer is held up after this time, in milliseconds. */
const heldUpMs = 3_000;

interface LaneOptions extends QueueState {
  readonly position: ClaimPosition;
  readonly deadline: Deadline;
  /** How many lanes are under way at the moment, this one included. */
  readonly lanes: () => number;
}

export class Lane {
  readonly runtime: QueueRuntime;
  readonly report: QueueReport;
  readonly deadline: Deadline;
  readonly #lanes: () => number;
  readonly #pace: Pace;
  readonly #pool: HandlerPool;
  readonly #waiters = new Waiters();
  #position: ClaimPosition;
  /** How many deliveries the calls under way may bring. */
  #asked = 0;
  /** When each of the calls under way began, on the clock of monotonicMs(). */
  readonly #underWay = new Set<{ readonly since: number }>();
  /** When the last call began, on the clock of monotonicMs(). */
  #calledAt = monotonicMs();
  #failure: Error | undefined;

  constructor({ runtime, report, pace, position, deadline, lanes }: LaneOptions) {
    this.runtime = runtime;
    this.report = report;
    this.deadline = deadline;
    this.#lanes = lanes;
    this.#pace = pace;
    this.#position = position;
    const onFinished = () => this.#wakeForCall();
    this.#pool = new HandlerPool(runtime, { pace, tally: report.tally, deadline, onFinished });
  }

  /**
   * Claims and handles until nothing is left or time is short, while the leases of all that it holds are kept. Throws the
   * reason when a call fails for good, or SessionUnavailable.
   */
  async drain(): Promise<void> {
    const { runtime, report } = this;
    const stopKeeping = keepLeases(this.#pool, { runtime, report });
    try {
      const callers = { length: callersOf(runtime.queue.policy) };
      await Promise.all(Array.from(callers, () => this.#callUntilOver()));
    } finally {
      stopKeeping();
      await Promise.all([runtime.sessions.close(), runtime.progress.settled()]);
    }
    if (this.#failure) throw this.#failure;
    this.#throwUnavailable();
  }

  /** Everything held is settled or released by now, but that no session was to be had is for an alarm to tell. */
  #throwUnavailable(): void {
    const { queue, log, sessions } = this.runtime;
    if (!sessions.unavailable) return;
    log.error('session unavailable', { queue: queue.name, ...loggedError(sessions.unavailable) });
    throw sessions.unavailable;
  }

  /** Whether no handler runs, and a call has been repeated or has not been answered for a while. */
  get isHeldUp(): boolean {
    const oldest = Math.min(...Array.from(this.#underWay, ({ since }) => since));
    return this.#pool.running === 0 && monotonicMs() - oldest > heldUpMs;
  }

  /** From here on it only settles and releases. */
  startNoMore(): void {
    this.#pool.close();
  }

  /** Counts claimed deliveries, and starts their handlers or holds them until one is free. */
  take(deliveries: readonly ClaimedDelivery[]): void {
    this.report.claimed(deliveries);
    this.#pool.take(deliveries);
  }

  /** What each of the callers does: look at the facts, decide, act. */
  async #callUntilOver(): Promise<void> {
    try {
      while (!this.#failure) {
        this.#giveUpWhatHasNoTime();
        const step = nextStep(this.#facts());
        if (step.do === 'stop') break;
        if (step.do === 'wait') await this.#waiters.wait(step.ms);
        else if (mayCall(this.#underWay.size, this.#lanes(), this.report.tally))
          await this.#exchange(step.wanted);
        else await this.#waiters.wait(lookAgainMs);
        // Handlers that wait for nothing end in this turn of the event loop, so that the next call settles what this one has
        // brought. Other calls are under way meanwhile.
        await turn();
      }
    } catch (cause) {
      this.#abandon(cause);
    } finally {
      // The other callers may have nothing left to wait for, either.
      this.#waiters.wake();
    }
  }

  #facts(): LaneFacts {
    const { unstarted, running, finished, heldBack, mayStart } = this.#pool;
    const { isAtEnd, wasFull, limitedUntil } = this.#position;
    const now = monotonicMs();
    const limitedMs = Math.max(0, limitedUntil - now);
    return {
      policy: this.runtime.queue.policy,
      unstarted,
      running,
      finished,
      heldBack,
      asked: this.#asked,
      window: this.#pace.window,
      most: this.#pace.most,
      mayStart,
      isAtEnd,
      wasFull,
      limitedMs,
      outlastsLimit: this.deadline.hasTimeFor(limitedMs),
      sinceCallMs: now - this.#calledAt,
    };
  }

  /** This runs after every message, so it first finds out cheaply that there is no use in a call, as most often. */
  #wakeForCall(): void {
    const { finished, unstarted } = this.#pool;
    const { window } = this.#pace;
    if (finished < window && holdsEnough(unstarted, this.#asked, window)) return;
    if (nextStep(this.#facts()).do === 'call') this.#waiters.wake();
  }

  /** Aborts every handler and starts no more, since this lane can settle nothing any longer. */
  #abandon(cause: unknown): void {
    const failed = new Error('the lane failed', { cause });
    this.#failure ??= cause instanceof Error ? cause : failed;
    this.#pool.abandon(failed);
  }

  #giveUpWhatHasNoTime(): void {
    if (!this.#pool.mayStart) this.#pool.releaseUnstarted();
    if (this.deadline.isNear) this.#pool.forsake(new InvocationEnded());
  }

  /** One call: settles what has finished, and claims so many deliveries. */
  async #exchange(wanted: number): Promise<void> {
    this.#calledAt = monotonicMs();
    const results = this.report.unsettled(this.#pool.takeResults());
    if (wanted === 0 && results.length === 0) return;
    const { queue, database } = this.runtime;
    const { cursor } = this.#position;
    const budgetMs = this.#budgetMs(results);
    const inRows = this.#pace.expectsLarge;
    const exchange = { queue: queue.name, results, wanted, cursor, budgetMs, inRows };
    const call = { since: this.#calledAt };
    this.#asked += wanted;
    this.#underWay.add(call);
    const answer = await this.report.tally.timed(exchange, settleAroundRefusal(database, exchange));
    this.#underWay.delete(call);
    this.#asked -= wanted;
    this.report.settled(answer);
    if (wanted > 0) this.#advance(wanted, answer);
    if (!this.#failure) this.take(answer.deliveries);
  }

  /** A call that fails for good ends the lane with all that it holds, so it counts what others are to settle as well. */
  #budgetMs(results: readonly Result[]): number {
    const settles = results.length + this.#pool.unsettled + this.#underWay.size > 0;
    return settles ? this.deadline.settleBudgetMs : this.deadline.callBudgetMs;
  }

  #advance(wanted: number, claimed: ExchangedInParts): void {
    this.#position = advance(this.#position, wanted, claimed);
    this.#pace.claimed(claimed.deliveries.length, claimed.kib, claimed.isHalved);
  }
}
