// One run of a handler in steps. Steps are known by their place and their name: what is recorded is compared with what the handler
// does, step by step, and nothing is guessed where they differ.

import { secondsOf } from '#queue/declare/duration.ts';
import type { HandlerContext } from '#queue/declare/handler.ts';
import { requireInRange } from '#queue/declare/in-range.ts';
import { kindOf } from '#queue/declare/kind-of.ts';
import { mostDelaySeconds } from '#queue/declare/message-limits.ts';
import type { AsJson, Lease, RunStep, Sleep, WaitFor } from '#queue/declare/steps-handler.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { LeaseLost } from '#queue/errors.ts';
import { misuse } from '#queue/misuse.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { parseJson } from '#queue/parse-json.ts';
import {
  type HeldSteps,
  type RecordedStep,
  recordedSteps,
  recordStep,
  type StepKind,
  sleepInSteps,
  waitInSteps,
} from '#queue/routines/steps.ts';
import { type Place, requireSameStep } from './same-steps.ts';
import { resultText } from './step-result.ts';

const longestName = 100;
const mostSteps = 250;
const pauseRange = { from: 0, to: mostDelaySeconds, fractional: true } as const;

/** Where a handler has come to, with what it begins there. */
type Begun = Place & { readonly next: NonNullable<Place['next']> };

export class StepRun {
  readonly #context: HandlerContext;
  readonly #held: HeldSteps;
  readonly #version: number;
  readonly #recorded: Promise<readonly RecordedStep[]>;
  readonly #startedAt = monotonicMs();
  readonly #interruption = Promise.withResolvers<never>();
  /** How many steps the handler has begun. */
  #begun = 0;
  /** The step that runs, or that has failed. */
  #open: { readonly name: string; hasFailed: boolean } | undefined;

  constructor(context: HandlerContext, lease: Lease, version: number) {
    this.#context = context;
    this.#held = { queue: context.queue, ...lease };
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

  // No methods, so that a handler may destructure its context.
  readonly step: RunStep = async <Value>(name: string, run: () => Promise<Value> | Value) => {
    const place = this.#begin('step', name);
    const recorded = await this.#decided(() => this.#recordedAt(place));
    const result = recorded ? recorded.result : await this.#runAndRecord(place, run);
    this.#open = undefined;
    return result as AsJson<Value>;
  };

  readonly sleep: Sleep = async (name, duration) => {
    const seconds = secondsOf(duration);
    requireInRange('The length of a sleep in seconds', seconds, pauseRange);
    const place = this.#begin('sleep', name);
    await this.#decided(async () => {
      const recorded = await this.#recordedAt(place);
      if (!recorded || recorded.isOpen) await this.#sleep(place, seconds);
    });
    this.#open = undefined;
  };

  readonly waitFor: WaitFor = async (name, { timeout }) => {
    const seconds = secondsOf(timeout);
    requireInRange('The timeout of an event in seconds', seconds, pauseRange);
    const place = this.#begin('event', name);
    const payload = await this.#decided(async () => {
      const recorded = await this.#recordedAt(place);
      return recorded && !recorded.isOpen ? recorded.result : await this.#wait(place, seconds);
    });
    this.#open = undefined;
    return payload;
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
    await this.#recordedAt(this.#placeOf(undefined));
  }

  #begin(kind: StepKind, name: string): Begun {
    this.#context.signal.throwIfAborted();
    this.requireNoStep(`${kind} was called`);
    const isName = typeof name === 'string' && name.length > 0 && name.length <= longestName;
    if (!isName || !name.isWellFormed() || name.includes('\0'))
      misuse(
        `the name of a step is a text of 1 to ${longestName} characters, none of them U+0000 or half of one; got ${kindOf(name)}`,
      );
    this.#open = { name, hasFailed: false };
    const place = this.#placeOf({ kind, name });
    this.#begun += 1;
    return place;
  }

  #placeOf<Next extends Place['next']>(next: Next) {
    return { number: this.#begun, version: this.#version, next };
  }

  /** What is recorded there; undefined for a step that has not been begun before. Throws when it is another one. */
  async #recordedAt(place: Place): Promise<RecordedStep | undefined> {
    const { number, next } = place;
    if (number === mostSteps && next)
      reject(
        `a delivery has at most ${mostSteps} steps, and the handler begins one more: "${next.name}"`,
      );
    const recorded = (await this.#recorded)[number];
    if (recorded) requireSameStep(recorded, place);
    return recorded;
  }

  async #runAndRecord(place: Begun, run: () => unknown): Promise<unknown> {
    const { name } = place.next;
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
      const finished = { ...place, name, result, ms: monotonicMs() - startedAt };
      if (!(await recordStep(this.#context.database, this.#held, finished))) throw new LeaseLost();
      // As later attempts will have it: what JSON makes of a value is to be seen in the first one.
      return result === null ? undefined : parseJson(result);
    });
  }

  /** Returns when the sleep is over; else the delivery is given back, and a snooze is thrown, which says so to the drain. */
  async #sleep(place: Begun, seconds: number): Promise<void> {
    const begun = this.#pauseAt(place, seconds);
    const state = await sleepInSteps(this.#context.database, this.#held, begun);
    if (state === 'lost') throw new LeaseLost();
    if (state === 'asleep') snooze(seconds);
  }

  /** What has come, or undefined when nothing has in time; else as #sleep. */
  async #wait(place: Begun, seconds: number): Promise<unknown> {
    const begun = this.#pauseAt(place, seconds);
    const waited = await waitInSteps(this.#context.database, this.#held, begun);
    if (waited.state === 'lost') throw new LeaseLost();
    return waited.state === 'over' ? waited.payload : snooze(seconds);
  }

  #pauseAt(place: Begun, seconds: number) {
    return { ...place, ...place.next, seconds, ms: monotonicMs() - this.#startedAt };
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
