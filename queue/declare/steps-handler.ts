// A handler whose work is parted into steps: what a step has brought forth is recorded when it ends, so that a later attempt goes on
// behind it. A step is run at least once and recorded at most once.
import type { Duration } from './duration.ts';
import type { HandlerContext, Message } from './handler.ts';
import type { AnyMessageType } from './message-type.ts';
import type { HandlerResult } from './ways-out.ts';

/** What a value is after it was JSON: dates are texts, for example, and members that are undefined are gone. */
export type AsJson<Value> = Value extends { toJSON(): infer Json }
  ? AsJson<Json>
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends readonly unknown[]
      ? { readonly [Index in keyof Value]: AsJson<Value[Index]> }
      : Value extends (...parameters: never[]) => unknown
        ? never
        : Value extends object
          ? { readonly [Member in keyof Value]: AsJson<Value[Member]> }
          : unknown extends Value
            ? unknown
            : Value extends void
              ? undefined
              : never;

/**
 * Runs a step and records what it gives, at most 16 KiB of JSON; in later attempts it is not run any more, and gives the same. The
 * name, 1 to 100 characters, says what it does. A step that throws fails the attempt, and is run again in the next one.
 */
export type RunStep = <Value>(
  name: string,
  run: () => Promise<Value> | Value,
) => Promise<AsJson<Value>>;

/**
 * Gives the delivery back, and lets the handler go on after that time, 0 seconds to 365 days, counted from when it came here first. Meanwhile
 * nothing of it runs, and no attempt is spent. The name, 1 to 100 characters, says what it waits for. Throws a TypeError when it
 * is out of range.
 */
export type Sleep = (name: string, duration: Duration) => Promise<void>;

/**
 * Gives the delivery back until somebody sends the event of that name to its message, or the timeout is over, 0 seconds to 365 days, counted
 * from when it came here first. Resolves with the event's payload, which nobody has checked, or with undefined when none has come
 * in time. The name has 1 to 100 characters. Throws a TypeError when the timeout is out of range.
 */
export type WaitFor = (name: string, options: { readonly timeout: Duration }) => Promise<unknown>;

/** What a handler in steps can reach besides its message. */
export interface StepsContext extends HandlerContext {
  /** 1 for the first attempt since the last step was recorded: a finished step gives the delivery all its attempts again. */
  readonly attempt: number;
  /** Runs a step, unless an earlier attempt has finished it. One after the other; at most 250 of a delivery. */
  readonly step: RunStep;
  /** Goes on after that time, in another attempt. It has its place among the steps. */
  readonly sleep: Sleep;
  /** Goes on when that event has come, or is given up, in another attempt. It has its place among the steps. */
  readonly waitFor: WaitFor;
}

/** Ends like any handler. What it does outside of its steps is done again in each attempt. */
export type StepsHandler<Payload> = (
  message: Message<Payload>,
  context: StepsContext,
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns a result on one way only has this type
) => Promise<HandlerResult | void>;

/** Which delivery a handler has, and the token that proves it. */
export interface Lease {
  /** The message's id. */
  readonly id: string;
  /** The lease token. */
  readonly token: string;
}

/** What `onInSteps` declares. */
export interface StepsSubscription {
  /** Tells it from what `on`, `onBatch` and `onInTransaction` declare. */
  readonly kind: 'steps';
  /** The message type. */
  readonly type: AnyMessageType;
  /** What takes the messages: the handler, with all that records its steps. */
  // biome-ignore lint/suspicious/noExplicitAny: `onInSteps` has checked the handler against the type's payload
  readonly handler: (message: Message<any>, context: HandlerContext, lease: Lease) => unknown;
}
