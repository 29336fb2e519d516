// What an operator decides about the alarms: which of them there are, and from when on they ring.

/**
 * Which alarms there are, and from which limit they ring: a whole number, such as `{ minutes: 30 }`. False: there is no such
 * alarm, and it costs nothing.
 */
export interface AlarmOptions {
  /** Invocations of the consumer fail. 1 to 1000, default 1. */
  readonly consumerErrors?: false | { readonly count: number };
  /** No tick has come; there is none with `sleep`. 2 to 24, default 5. */
  readonly consumerHeartbeat?: false | { readonly ticks: number };
  /** An invocation comes so close to its timeout. 50 to 99, default 97. */
  readonly consumerDuration?: false | { readonly percent: number };
  /** Callers get answers of 500 and above. 1 to 1000000, default 1. */
  readonly httpServerErrors?: false | { readonly count: number };
  /** One request of a hundred takes longer, for ten minutes of fifteen. 50 to 29000, default 3000. */
  readonly httpLatency?: false | { readonly milliseconds: number };
  /** An invocation finds no room. 1 to 1000000, default 1. */
  readonly throttles?: false | { readonly count: number };
  /** Lambda gives an asynchronous invocation of the consumer up. 1 to 1000000, default 1. */
  readonly droppedInvocations?: false | { readonly count: number };
  /** The scheduler cannot invoke the consumer; only with `sleep`. 1 to 1000000, default 1. */
  readonly droppedSchedules?: false | { readonly count: number };
  /** A delivery is due for longer. 1 to 10080, default 10, or ten ticks where they are rarer. */
  readonly oldestWaiting?: false | { readonly minutes: number };
  /** Deliveries die within five minutes. 1 to 1000000, default 1. */
  readonly deadLetters?: false | { readonly count: number };
  /** The database refuses calls. 1 to 1000000, default 1. */
  readonly databaseRefused?: false | { readonly count: number };
  /** A wake-up could not be armed; only with `sleep`. 1 to 1000000, default 1. */
  readonly wakeUpsLost?: false | { readonly count: number };
  /** Invocations for SQS fail; only with queues on SQS, as the next three. 1 to 1000000, default 1. */
  readonly sqsErrors?: false | { readonly count: number };
  /** An invocation for SQS finds no room. 1 to 1000000, default 1. */
  readonly sqsThrottles?: false | { readonly count: number };
  /** A message is in its queue on SQS for longer, waiting for a retry or not; one alarm for each queue. 1 to 20160, default 60. */
  readonly sqsOldest?: false | { readonly minutes: number };
  /** Messages stay in a dead-letter queue of SQS for half an hour; one alarm for each queue. 1 to 1000000, default 1. */
  readonly sqsDeadLetters?: false | { readonly count: number };
  /** The SNS topic that hears of an alarm and of its end. Default: none, alarms only show in CloudWatch. */
  readonly topicArn?: string;
  /**
   * Where the runbook is read, such as `https://wiki.example/millrace`; the name of the section is put behind it. Default:
   * descriptions name the file and the section of this checkout, since nobody else knows where it is published.
   */
  readonly runbookUrl?: string;
}

export type AlarmName = Exclude<keyof AlarmOptions, 'topicArn' | 'runbookUrl'>;

interface Threshold {
  readonly unit: string;
  readonly default: number;
  readonly from: number;
  readonly to: number;
}

const threshold = <Unit extends string>(unit: Unit, by: number, from: number, to: number) => ({
  unit,
  default: by,
  from,
  to,
});

/** Of each alarm, what it rings for: a minute's or five minutes' count, or a limit. docs/deploy.md gives the reasons. */
export const thresholds = {
  consumerErrors: threshold('count', 1, 1, 1_000),
  consumerHeartbeat: threshold('ticks', 5, 2, 24),
  // A drain with a backlog works until about 94 % of the timeout, by design. Beyond 97 % handlers had to be aborted.
  consumerDuration: threshold('percent', 97, 50, 99),
  httpServerErrors: threshold('count', 1, 1, 1_000_000),
  httpLatency: threshold('milliseconds', 3_000, 50, 29_000),
  throttles: threshold('count', 1, 1, 1_000_000),
  droppedInvocations: threshold('count', 1, 1, 1_000_000),
  droppedSchedules: threshold('count', 1, 1, 1_000_000),
  oldestWaiting: threshold('minutes', 10, 1, 10_080),
  deadLetters: threshold('count', 1, 1, 1_000_000),
  databaseRefused: threshold('count', 1, 1, 1_000_000),
  wakeUpsLost: threshold('count', 1, 1, 1_000_000),
  sqsErrors: threshold('count', 1, 1, 1_000_000),
  sqsThrottles: threshold('count', 1, 1, 1_000_000),
  sqsOldest: threshold('minutes', 60, 1, 20_160),
  sqsDeadLetters: threshold('count', 1, 1, 1_000_000),
} as const satisfies Readonly<Record<AlarmName, Threshold>>;

export const alarmNames = Object.keys(thresholds) as AlarmName[];

/** The limit from which an alarm rings, by default `scale` times the usual one; undefined when there is to be none. Throws a TypeError for one out of its range. */
export function thresholdOf(options: AlarmOptions, name: AlarmName, scale = 1): number | undefined {
  const given: false | Readonly<Record<string, unknown>> | undefined = options[name];
  if (given === false) return undefined;
  const { unit, default: byDefault, from, to } = thresholds[name];
  if (given === undefined) return byDefault * scale;
  const value = given[unit];
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to)
    return value;
  throw new TypeError(
    `alarms.${name} is false or { ${unit}: a whole number from ${from} to ${to} }; got ${JSON.stringify(given)}`,
  );
}
