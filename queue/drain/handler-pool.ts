// Runs handlers for the deliveries that a lane holds, as many at once as the queue's concurrency allows, and keeps their
// results until the lane takes them. A handler that goes on after its run was aborted keeps its place, and its delivery
// its lease, until it has ended: otherwise others would run beside it, under whatever limit.

import { lasting, release } from '#queue/handle/build-result.ts';
import { type Handled, handle } from '#queue/handle/handle.ts';
import type { HandlerRun } from '#queue/handle/handler-run.ts';
import type { QueueRuntime } from '#queue/handle/queue-runtime.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import type { Deadline } from './deadline.ts';
import type { DrainTally } from './figures.ts';
import { FinishedResults } from './finished-results.ts';
import { HandlerTimeouts } from './handler-timeouts.ts';
import type { Pace } from './pace.ts';
import { takeRun } from './take-run.ts';

interface PoolOptions {
  readonly pace: Pace;
  readonly tally: DrainTally;
  readonly deadline: Deadline;
  readonly onFinished: () => void;
}

export class HandlerPool {
  readonly #runtime: QueueRuntime;
  readonly #deadline: Deadline;
  readonly #pace: Pace;
  readonly #tally: DrainTally;
  readonly #onFinished: () => void;
  readonly #running = new Set<HandlerRun>();
  readonly #timeouts: HandlerTimeouts;
  readonly #results = new FinishedResults();
  /** How many of the runs were aborted and are not over. */
  #lingering = 0;
  #unstarted: ClaimedDelivery[] = [];
  #isClosed = false;

  constructor(runtime: QueueRuntime, { pace, tally, deadline, onFinished }: PoolOptions) {
    this.#runtime = runtime;
    this.#deadline = deadline;
    this.#pace = pace;
    this.#tally = tally;
    this.#onFinished = onFinished;
    this.#timeouts = new HandlerTimeouts(this.#running, runtime.queue.policy.timeoutSeconds);
  }

  get unstarted(): number {
    return this.#unstarted.length;
  }

  get running(): number {
    return this.#running.size;
  }

  /** How many results wait to be taken. */
  get finished(): number {
    return this.#results.ready;
  }

  /** How many more wait for others of their claim. */
  get heldBack(): number {
    return this.#results.heldBack;
  }

  /**
   * Whether handlers may start: there must be time for the slowest of them, what they need must not be unavailable, and not all
   * places be taken by handlers that do not stop, since nobody knows when they will.
   */
  get mayStart(): boolean {
    const { unavailable, queue } = this.#runtime;
    if (this.#isClosed || unavailable) return false;
    if (this.#lingering >= queue.policy.concurrency) return false;
    return this.#deadline.hasTimeFor(this.#pace.slowestMs);
  }

  /** All deliveries under lease here, started or not, and decided or not. */
  get held(): ClaimedDelivery[] {
    return [...Array.from(this.#running, (run) => run.deliveries).flat(), ...this.#unstarted];
  }

  /** How many deliveries are to be settled yet, whether they are handled or not. */
  get unsettled(): number {
    return this.finished + this.heldBack + this.held.length;
  }

  /** Takes in claimed deliveries, and starts as many handlers as may run. */
  take(deliveries: readonly ClaimedDelivery[]): void {
    this.#results.expect(deliveries);
    this.#runtime.relay?.expect(deliveries);
    this.#unstarted.push(...deliveries);
    this.#startHandlers();
  }

  /** Answers the results that are to be settled now. */
  takeResults(): Handled[] {
    return this.#results.take();
  }

  /** Turns deliveries that have not started into results that release them. No result waits for others any more. */
  releaseUnstarted(): void {
    const released = this.#unstarted.splice(0);
    this.#results.add(released, released.map(release));
    this.#results.closeAll();
  }

  /**
   * For deliveries that other consumers may hold by now. Aborts runs that are all lost; the database will find their
   * results stale. Forgets those that have not started, and answers them.
   */
  dropLost(lost: ReadonlySet<ClaimedDelivery>): ClaimedDelivery[] {
    const isLost = (delivery: ClaimedDelivery) => lost.has(delivery);
    for (const run of this.#running) run.abortIfLost(isLost);
    const unstarted = this.#unstarted.filter(isLost);
    this.#unstarted = this.#unstarted.filter((delivery) => !isLost(delivery));
    this.#results.add(unstarted, []);
    return unstarted;
  }

  /** Starts no handler any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Aborts what runs, and waits for none of it any longer, whether it was aborted before or not. */
  forsake(reason: Error): void {
    for (const run of this.#running) run.forsake(reason);
  }

  /** Forsakes what runs and forgets the rest, for a lane that can settle no more: all of it comes back as leases run out. */
  abandon(reason: Error): void {
    this.#unstarted = [];
    this.forsake(reason);
  }

  #startHandlers(): void {
    const { concurrency } = this.#runtime.queue.policy;
    while (this.#running.size < concurrency && this.#unstarted.length > 0 && this.mayStart)
      this.#start(takeRun(this.#unstarted, this.#runtime));
    this.#timeouts.update();
  }

  #start(run: HandlerRun): void {
    const handled = this.#runtime.relay?.send(run) ?? handle(run, this.#runtime);
    if (!(handled instanceof Promise)) {
      // It waits for nothing, so nobody sees it run.
      const ms = run.elapsedMs;
      this.#pace.record(ms, run.deliveries.length, run.isAborted);
      this.#end(run, handled, ms);
      this.#onFinished();
      return;
    }
    this.#running.add(run);
    void handled.then((results) => {
      const ms = run.elapsedMs;
      this.#pace.record(ms, run.deliveries.length, run.isAborted);
      const over = run.over();
      if (over) this.#linger(run, results, over);
      else this.#endRunning(run, results, ms);
    });
  }

  #linger(run: HandlerRun, handled: readonly Handled[], over: Promise<void>): void {
    this.#lingering += 1;
    void over.then(() => {
      this.#lingering -= 1;
      const ms = run.elapsedMs;
      const lasted = handled.map((each) => lasting(each, ms));
      this.#endRunning(run, lasted, ms);
    });
  }

  #endRunning(run: HandlerRun, handled: readonly Handled[], ms: number): void {
    this.#running.delete(run);
    this.#end(run, handled, ms);
    this.#startHandlers();
    this.#onFinished();
  }

  #end(run: HandlerRun, handled: readonly Handled[], ms: number): void {
    run.hasEnded = true;
    for (const delivery of run.deliveries) this.#runtime.progress.end(delivery);
    this.#tally.handlerMs.add(ms);
    this.#results.add(run.deliveries, handled);
  }
}
