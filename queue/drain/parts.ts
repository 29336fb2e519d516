// The parts of a drain: the lanes of its queues, its schedules, its maintenance. Each runs, whatever becomes of the others.
// One that fails is told of at the end, so that the invocation counts as failed; one that is held up, since the database
// answers others but not it, goes on trying while the rest of the drain goes on without it.

import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { loggedError } from '#queue/routines/logged-error.ts';
import { longestWaitMs } from '#queue/routines/retry-transient.ts';
import { wait } from '#queue/wait.ts';
import { Waiters } from './waiters.ts';

/** How often a part that is waited for is asked whether it is held up, in milliseconds. */
const lookEveryMs = 250;
/** What has no handlers is held up after this time, in milliseconds. */
const heldUpMs = 3_000;

/** What a queue's handlers run in. */
interface QueuePart {
  drain(): Promise<void>;
  readonly isHeldUp: boolean;
  startNoMore(): void;
}

interface Failure {
  readonly part: string;
  readonly queue: string | undefined;
  readonly reason: unknown;
}

export class Parts {
  readonly #log: Log;
  readonly #failures: Failure[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  /** The queues that a lane is under way of. */
  readonly #busy = new Set<string>();
  readonly #lanes = new Set<QueuePart>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Runs a part, perhaps that of a queue, to its end. Answers undefined when it has failed. */
  async run<Value>(
    part: string,
    work: () => Promise<Value>,
    queue?: string,
  ): Promise<Value | undefined> {
    try {
      return await work();
    } catch (reason) {
      this.#failures.push({ part, queue, reason });
      return undefined;
    }
  }

  /** Runs a lane until it has ended or is held up. */
  async runLane(queue: string, lane: QueuePart): Promise<void> {
    this.#busy.add(queue);
    this.#lanes.add(lane);
    const ended = this.run('lane', () => lane.drain(), queue).then(() => {
      this.#busy.delete(queue);
      this.#lanes.delete(lane);
    });
    await this.#waitFor(ended, () => lane.isHeldUp);
  }

  /** How many lanes are under way. */
  get lanes(): number {
    return this.#lanes.size;
  }

  /** For what is to have nothing beside it: lanes that are held up start nothing any more, and only settle and release. */
  startNoMore(): void {
    for (const lane of this.#lanes) lane.startNoMore();
  }

  /** Runs a part without handlers until it has ended or is held up. Answers undefined when it has failed or goes on. */
  async runAwhile<Value>(part: string, work: () => Promise<Value>): Promise<Value | undefined> {
    const startedAt = monotonicMs();
    let answer: Value | undefined;
    const ended = this.run(part, work).then((value) => {
      answer = value;
    });
    await this.#waitFor(ended, () => monotonicMs() - startedAt > heldUpMs);
    return answer;
  }

  /** Whether one of those that were held up goes on, and with it, perhaps, what it holds. */
  get areUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Whether one of the queue's parts has failed or is held up: it gets no other one meanwhile. */
  isOut(queue: string): boolean {
    return this.#busy.has(queue) || this.#failures.some((failure) => failure.queue === queue);
  }

  /** Gives those that are held up the time of one more call: perhaps the database is back, and they are not yet. */
  async oneMoreCall(): Promise<void> {
    if (this.#underWay.size === 0) return;
    const enoughMs = longestWaitMs + lookEveryMs;
    await Promise.race([this.ended(), wait(enoughMs, undefined, { ref: false })]);
  }

  /** Waits for those that were held up. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Throws the reason of the first failure, and logs the others. */
  throwFirst(): void {
    const [first, ...others] = this.#failures;
    for (const { part, queue, reason } of others) {
      // A queue that is undefined is left out of the line.
      this.#log.error('a part of the drain failed', { part, queue, ...loggedError(reason) });
    }
    if (first) throw first.reason;
  }

  async #waitFor(ended: Promise<unknown>, isHeldUp: () => boolean): Promise<void> {
    const waiters = new Waiters();
    let isOver = false;
    const noticed = ended.then(() => {
      isOver = true;
      this.#underWay.delete(noticed);
      waiters.wake();
    });
    this.#underWay.add(noticed);
    while (!isOver && !isHeldUp()) await waiters.wait(lookEveryMs);
  }
}
