// A schedule: a message type that is enqueued again and again, at the times that a rule says.
import { type CatchUp, requireCatchUp } from '#queue/declare/timing/catch-up.ts';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import { intervalRule } from '#queue/declare/timing/interval-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from './message-type.ts';
import { validatePayload } from './payload.ts';

/** How the messages of a schedule are delivered. Each also gets the header `due-at`: its due time, ISO 8601. */
export type ScheduleOptions = Pick<EnqueueOptions, 'priority' | 'groupKey' | 'headers'>;

export interface Schedule {
  readonly name: string;
  readonly type: AnyMessageType;
  readonly rule: Rule;
  readonly catchUp: CatchUp;
  readonly options: ScheduleOptions;
  readonly payloadFor: (dueAt: Date) => unknown;
}

export type Timing =
  | {
      /** Five fields, or six with seconds first, as cron has them; or @daily and its like. See cron-rule.ts. */
      readonly cron: string;
      /** IANA name, such as "Europe/Berlin"; default "UTC". */
      readonly timeZone?: string;
      readonly everySeconds?: never;
    }
  | {
      /** Whole, 1 to 31536000; due at its multiples since the Unix epoch. */
      readonly everySeconds: number;
      readonly cron?: never;
      readonly timeZone?: never;
    };

const nameForm = /^[a-z][a-z0-9_-]*$/;

/** Declares a schedule. Throws a TypeError that names the schedule, the option and what was given. */
export function defineSchedule<Type extends AnyMessageType>(
  schedule: Timing & {
    name: string;
    type: Type;
    /** The same each time, or made from the due time. */
    payload: PayloadInput<Type> | ((dueAt: Date) => PayloadInput<Type>);
    /** What becomes of due times missed by more than two minutes; default 'once'. */
    catchUp?: CatchUp;
    options?: ScheduleOptions;
  },
): Schedule {
  const { name, type, payload, catchUp = 'once', options = {} } = schedule;
  if (!nameForm.test(name) || name.length > 60)
    throw new TypeError(
      `A schedule's name is lower-case letters, digits, "-" and "_", at most 60; got "${name}"`,
    );
  return named(name, () => {
    requireCatchUp(catchUp);
    requireOptions(options);
    const rule = ruleOf(schedule);
    return { name, type, rule, catchUp, options, payloadFor: payloadFor(type, payload) };
  });
}

function named<Value>(name: string, check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`Schedule "${name}": ${error.message}`, { cause: error });
  }
}

function ruleOf({ cron, everySeconds, timeZone }: Timing): Rule {
  if ((cron === undefined) === (everySeconds === undefined))
    throw new TypeError('give either cron or everySeconds');
  if (everySeconds === undefined) return cronRule(cron, timeZone);
  if (timeZone !== undefined) throw new TypeError('an interval has no timeZone');
  return intervalRule(everySeconds);
}

function requireOptions({ priority = 5, groupKey = '-', headers = {} }: ScheduleOptions): void {
  if (!Number.isInteger(priority) || priority < 1 || priority > 9)
    throw new TypeError(`priority is a whole number from 1 to 9; got ${priority}`);
  if (typeof groupKey !== 'string' || groupKey.length < 1 || groupKey.length > 200)
    throw new TypeError(`groupKey is a string of 1 to 200 characters; got ${groupKey}`);
  for (const [name, value] of Object.entries(headers))
    if (typeof value !== 'string')
      throw new TypeError(`header "${name}" is a string; got ${value}`);
  if ('due-at' in headers) throw new TypeError('the header "due-at" is set by the schedule');
}

function payloadFor(type: AnyMessageType, payload: unknown): Schedule['payloadFor'] {
  if (typeof payload === 'function') return (dueAt) => payload(dueAt);
  const checked = validatePayload(type, payload);
  if (!(checked instanceof Promise) && !checked.ok) throw new TypeError(checked.error.message);
  return () => payload;
}
