// One run of a handler in steps. Steps are known by their place and their name: what is recorded is compared with what the handler
// does, step by step, and nothing is guessed where they differ.
import type { HandlerContext } from '#queue/declare/handler.ts';
import { kindOf } from '#queue/declare/kind-of.ts';
import type { AsJson, Lease, RunStep } from '#queue/declare/steps-handler.ts';
import { reject } from '#queue/declare/ways-out.ts';
import { LeaseLost } from '#queue/errors.ts';
import { misuse } from '#queue/misuse.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { parseJson } from '#queue/parse-json.ts';
import { type RecordedStep, recordedSteps, recordStep } from '#queue/routines/steps.ts';
import { requireSameStep } from './same-steps.ts';
import { resultText } from './step-result.ts';

const longestName = 100;
const mostSteps = 250;

export class StepRun {
  readonly #context: HandlerContext;
  readonly #lease: Lease;
  readonly #version: number;
  readonly #recorded: Promise<readonly RecordedStep[]>;
  readonly #interruption = Promise.withResolvers<never>();
  /** How many steps the handler has begun. */
  #begun = 0;
  /** The step that runs, or that has failed. */
  #open: { readonly name: string; hasFailed: boolean } | undefined;

  constructor(context: HandlerContext, lease: Lease, version: number) {
    this.#context = context;
    this.#lease = lease;
    this.#version = version;
    // Asked for at once, since the handler may do something else before its first step.
    this.#recorded = recordedSteps(context.database, context.queue, lease.id);
    // Whoever waits for these hears of a failure. Node must not take it for unhandled before that.
    this.#recorded.catch(() => {});
    this.#interruption.promise.catch(() => {});
  }

  /** Rejects when the run has ended although its handler has not. */
  get interrupted(): Promise<never> {
    return this.#interruption.promise;
  }

  // No method, so that a handler may destructure its context.
  readonly step: RunStep = async <Value>(name: string, run: () => Promise<Value> | Value) => {
    this.#begin(name);
    const number = this.#begun - 1;
    const recorded = await this.#decided(() => this.#recordedAt(number, name));
    const result = recorded ? recorded.result : await this.#runAndRecord(number, name, run);
    this.#open = undefined;
    return result as AsJson<Value>;
  };

  /** Throws a TypeError while a step runs, and after one has failed. what: that which is not possible then. */
  requireNoStep(what: string): void {
    if (!this.#open) return;
    const { name, hasFailed } = this.#open;
    misuse(
      hasFailed
        ? `${what} after the step "${name}" had failed: that ends an attempt, so catch within the step what is not to end it`
        : `${what} while the step "${name}" was running: steps come one after the other, and all else outside of them`,
    );
  }

  /** To be called when the handler has returned. Throws unless all that is recorded has come by. */
  async finish(): Promise<void> {
    this.requireNoStep('the handler returned');
    await this.#recordedAt(this.#begun, undefined);
  }

  #begin(name: string): void {
    this.#context.signal.throwIfAborted();
    this.requireNoStep('step was called');
    const isName = typeof name === 'string' && name.length > 0 && name.length <= longestName;
    if (!isName || !name.isWellFormed() || name.includes('\0'))
      misuse(`the name of a step is a text of 1 to ${longestName} characters; got ${kindOf(name)}`);
    this.#open = { name, hasFailed: false };
    this.#begun += 1;
  }

  /** What is recorded there; undefined for a step that has not been finished before. Throws when it is another one. */
  async #recordedAt(number: number, name: string | undefined): Promise<RecordedStep | undefined> {
    if (number === mostSteps && name !== undefined)
      reject(
        `a delivery has at most ${mostSteps} steps, and the handler begins one more: "${name}"`,
      );
    const recorded = (await this.#recorded)[number];
    if (recorded) requireSameStep(recorded, { number, version: this.#version, name });
    return recorded;
  }

  async #runAndRecord(number: number, name: string, run: () => unknown): Promise<unknown> {
    const startedAt = monotonicMs();
    let given: unknown;
    try {
      given = await run();
    } catch (thrown) {
      this.#open = { name, hasFailed: true };
      throw thrown;
    }
    return this.#decided(async () => {
      const result = resultText(name, given);
      const ms = monotonicMs() - startedAt;
      const held = { queue: this.#context.queue, ...this.#lease };
      const finished = { number, version: this.#version, name, result, ms };
      if (!(await recordStep(this.#context.database, held, finished))) throw new LeaseLost();
      // As later attempts will have it: what JSON makes of a value is to be seen in the first one.
      return result === null ? undefined : parseJson(result);
    });
  }

  /**
   * What is the engine's to decide within a step. Its failure ends the run, and the handler waits for ever: it might catch what is
   * thrown, and take it for its own.
   */
  async #decided<Value>(decide: () => Promise<Value>): Promise<Value> {
    try {
      return await decide();
    } catch (reason) {
      this.#interruption.reject(reason);
      return await new Promise<never>(() => {});
    }
  }
}
