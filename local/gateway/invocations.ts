// The invocations of a function on this machine, as far as they have to end: each is told how much time it has, and all of them that
// everything stops.
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { lambdaContext } from './lambda-context.ts';

/** How much time an invocation is told to have left when everything stops: too little to claim more, enough to settle. */
const farewellMs = 3_000;
const stopLimitMs = 10_000;

export class Invocations {
  readonly #functionName: string;
  readonly #timeoutMs: number;
  readonly #running = new Set<Promise<unknown>>();
  #lastEnd = Number.POSITIVE_INFINITY;

  /** timeoutSeconds: how much time an invocation is told to have. */
  constructor(functionName: string, timeoutSeconds: number) {
    this.#functionName = functionName;
    this.#timeoutMs = timeoutSeconds * 1000;
  }

  get isStopping(): boolean {
    return this.#lastEnd < Number.POSITIVE_INFINITY;
  }

  /** Settles as the handler does. */
  async run<Result>(handle: (context: Context) => Promise<Result>): Promise<Result> {
    const end = performance.now() + this.#timeoutMs;
    const remainingMs = () => Math.min(end, this.#lastEnd) - performance.now();
    const run = handle(lambdaContext(this.#functionName, remainingMs));
    this.#running.add(run);
    return run.finally(() => this.#running.delete(run));
  }

  /** Lets those that run settle what they hold, and waits for them, 10 seconds at most. */
  async stop(): Promise<void> {
    this.#lastEnd = performance.now() + farewellMs;
    const ended = Promise.allSettled(this.#running);
    await Promise.race([ended, pause(stopLimitMs, undefined, { ref: false })]);
  }
}
