// One queue in one drain: callers that decide what is next, and the handlers that work meanwhile. Several calls may be under way at
// once: while one of them is at the database, handlers work on what another one has brought. See
// docs/decisions/0007-three-calls-at-once.md.
import { InvocationEnded } from '#queue/errors.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import { turn } from '#queue/wait.ts';
import { callersOf, lookAgainMs } from './calls-at-once.ts';
import type { Deadline } from './deadline.ts';
import { HandlerPool } from './handler-pool.ts';
import { keepLeases } from './keep-leases.ts';
import { type CallsOptions, LaneCalls } from './lane-calls.ts';
import { holdsEnough, nextStep, settledAlone } from './next-step.ts';
import type { Pace } from './pace.ts';
import type { QueueReport } from './queue-report.ts';
import { Waiters } from './waiters.ts';

/** A lane that does nothing but wait for one call's answer is held up after this time, in milliseconds. */
const heldUpMs = 3_000;

export class Lane {
  readonly runtime: QueueRuntime;
  readonly report: QueueReport;
  readonly deadline: Deadline;
  readonly #pace: Pace;
  readonly #pool: HandlerPool;
  readonly #calls: LaneCalls;
  readonly #waiters = new Waiters();
  #failure: Error | undefined;

  constructor(options: CallsOptions) {
    const { runtime, report, pace, deadline } = options;
    this.runtime = runtime;
    this.report = report;
    this.deadline = deadline;
    this.#pace = pace;
    const onFinished = () => this.#wakeForCall();
    this.#pool = new HandlerPool(runtime, { pace, tally: report.tally, deadline, onFinished });
    this.#calls = new LaneCalls(options, this.#pool);
  }

  /**
   * Claims and handles until nothing is left or time is short, while the leases of all that it holds are kept. Throws the
   * reason when a call fails for good, or when handlers or the relay lack what they need.
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

  /** Everything held is settled or released by now, but what was not to be had is for an alarm to tell. */
  #throwUnavailable(): void {
    const { queue, log, relay, unavailable } = this.runtime;
    if (!unavailable) return;
    const line = relay ? 'relay unavailable' : 'session unavailable';
    log.error(line, { queue: queue.name, ...loggedError(unavailable) });
    throw unavailable;
  }

  /** Whether no handler runs, and a call has been repeated or has not been answered for a while. */
  get isHeldUp(): boolean {
    return this.#pool.running === 0 && monotonicMs() - this.#calls.oldestSince > heldUpMs;
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
        const step = nextStep(this.#calls.facts());
        if (step.do === 'stop') break;
        if (step.do === 'wait') await this.#waiters.wait(step.ms);
        else if (this.#calls.mayBeMore)
          await this.#calls.exchange(step.wanted, this.#takeUnlessOver);
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

  /** What one brings after another has failed is not started. */
  readonly #takeUnlessOver = (deliveries: readonly ClaimedDelivery[]) => {
    if (!this.#failure) this.take(deliveries);
  };

  /** This runs after every message, so it first finds out cheaply that there is no use in a call, as most often. */
  #wakeForCall(): void {
    const { finished, unstarted } = this.#pool;
    const { window } = this.#pace;
    const isHolding = holdsEnough(unstarted, this.#calls.asked, window);
    if (isHolding && finished < settledAlone(window)) return;
    if (nextStep(this.#calls.facts()).do === 'call') this.#waiters.wake();
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
}
