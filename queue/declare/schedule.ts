// A schedule: a message type of which a message is enqueued at every time that a rule says, once, however many
// consumers are there at that time.

import { type CatchUp, requireCatchUp } from '#queue/declare/timing/catch-up.ts';
import { cronRule } from '#queue/declare/timing/cron-rule.ts';
import { intervalRule } from '#queue/declare/timing/interval-rule.ts';
import type { Rule } from '#queue/declare/timing/rule.ts';
import { checkedAt, misuse } from '#queue/misuse.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { requireInRange } from './in-range.ts';
import { firstPriority, isKey, lastPriority, mostKeyCharacters } from './message-limits.ts';
import type { AnyMessageType, PayloadInput } from './message-type.ts';
import { validatePayload } from './payload.ts';
import { requireSimpleName } from './simple-name.ts';

/**
 * How the messages of a schedule are delivered, as in EnqueueOptions. Each also gets the header `due-at`: its due
 * time as an ISO 8601 instant.
 */
export type ScheduleOptions = Pick<EnqueueOptions, 'priority' | 'groupKey' | 'headers'>;

/** What `defineSchedule` declared. */
export interface Schedule {
  /** 1 to 60 lower-case letters, digits, "-" and "_", with a letter first: `weekly-summary`. */
  readonly name: string;
  /** The message type that is enqueued. */
  readonly type: AnyMessageType;
  /** When it is due. */
  readonly rule: Rule;
  /** What is made up for after a downtime. */
  readonly catchUp: CatchUp;
  /** How its messages are delivered. */
  readonly options: ScheduleOptions;
  /** Makes the payload of the message for a due time. */
  readonly payloadFor: (dueAt: Date) => unknown;
}

/** When a schedule is due: by a cron expression in a time zone, or at an interval. */
export type Timing =
  | {
      /**
       * Five fields as cron has them, or six with the second first, such as "0 9 * * MON"; or `@daily` and its like.
       * A time that a zone's clocks skip is due right after the gap, and one that they repeat is due once.
       */
      readonly cron: string;
      /** The IANA name of the zone whose clocks count, such as "Europe/Berlin". Default "UTC". */
      readonly timeZone?: string;
      readonly everySeconds?: never;
    }
  | {
      /** Whole seconds, 1 to 31536000 (a year). Due at the multiples since 1970, UTC: 3600 is every full hour. */
      readonly everySeconds: number;
      readonly cron?: never;
      readonly timeZone?: never;
    };

/**
 * Declares a schedule. Throws a TypeError that names the schedule, the option and what was given.
 *
 * @example
 * ```ts
 * const weekly = defineSchedule({
 *   name: 'weekly-summary',
 *   type: summaryDue,
 *   cron: '0 9 * * MON',
 *   timeZone: 'Europe/Berlin',
 *   payload: (dueAt) => ({ week: dueAt.toISOString() }),
 * });
 * ```
 */
export function defineSchedule<Type extends AnyMessageType>(
  schedule: Timing & {
    /** 1 to 60 lower-case letters, digits, "-" and "_", with a letter first: `weekly-summary`. */
    name: string;
    /** The message type that is enqueued. */
    type: Type;
    /** The same payload each time, or a function that makes it from the due time. */
    payload: PayloadInput<Type> | ((dueAt: Date) => PayloadInput<Type>);
    /**
     * What is made up for when nobody came for more than two minutes after a due time: `'skip'` nothing, `'once'` (the
     * default) the newest missed due time, `{ all: 24 }` the newest 24, oldest first.
     */
    catchUp?: CatchUp;
    /** How its messages are delivered. Default: priority 5, no group, no headers. */
    options?: ScheduleOptions;
  },
): Schedule {
  const { name, type, payload, catchUp = 'once', options = {} } = schedule;
  requireSimpleName('schedule', name);
  const where = (sentence: string) => `Schedule "${name}": ${sentence}`;
  return checkedAt(where, () => {
    requireCatchUp(catchUp);
    requireOptions(options);
    const rule = ruleOf(schedule);
    return { name, type, rule, catchUp, options, payloadFor: payloadFor(type, payload) };
  });
}

function ruleOf({ cron, everySeconds, timeZone }: Timing): Rule {
  if ((cron === undefined) === (everySeconds === undefined))
    misuse('give either cron or everySeconds');
  if (everySeconds === undefined) return cronRule(cron, timeZone);
  if (timeZone !== undefined) misuse('an interval has no timeZone');
  return intervalRule(everySeconds);
}

function requireOptions({ priority = 5, groupKey = '-', headers = {} }: ScheduleOptions): void {
  requireInRange('priority', priority, { from: firstPriority, to: lastPriority });
  if (typeof groupKey !== 'string' || !isKey(groupKey))
    misuse(`groupKey is a string of 1 to ${mostKeyCharacters} characters; got ${groupKey}`);
  for (const [name, value] of Object.entries(headers))
    if (typeof value !== 'string') misuse(`header "${name}" is a string; got ${value}`);
  if ('due-at' in headers) misuse('the header "due-at" is set by the schedule');
}

function payloadFor(type: AnyMessageType, payload: unknown): Schedule['payloadFor'] {
  if (typeof payload === 'function') return (dueAt) => payload(dueAt);
  const checked = validatePayload(type, payload);
  if (!(checked instanceof Promise) && !checked.ok) misuse(checked.error.message);
  return () => payload;
}
