// What a reader can say about their own load: each number with its flag, its default, its range and its meaning.

interface LoadOption {
  readonly default: number;
  readonly from: number;
  readonly to: number;
  /** Half a message does not exist, half an hour does. */
  readonly isWhole?: true;
  readonly is: string;
}

const count = (value: number, to: number, is: string) =>
  ({ default: value, from: 0, to, isWhole: true, is }) as const;
const some = (value: number, to: number, is: string) =>
  ({ default: value, from: 1, to, isWhole: true, is }) as const;

export const daysOfMonth = 365 / 12;

/** In the order in which the usage shows them; `payloadBytes` is the flag --payload-bytes. */
export const loadOptions = {
  messages: count(0, 1e12, 'messages a month'),
  httpShare: { default: 1, from: 0, to: 1, is: 'share of them that comes over HTTP, not in SQL' },
  batch: some(1, 1000, 'messages in one request, or in one statement'),
  burst: some(1, 1e9, 'messages that come together, one burst after the other'),
  hours: { default: 24, from: 0.1, to: 24, is: 'hours of a day in which messages come, evenly' },
  days: { default: daysOfMonth, from: 1, to: 31, is: 'days of a month on which they come' },
  databases: some(1, 16, 'databases that share the messages'),
  queues: some(1, 100, 'queues that each message goes through'),
  priorities: some(1, 9, 'classes of priority that each queue has on SQS'),
  steps: count(0, 250, 'steps, sleeps and waits of each handler; none of them on SQS'),
  handlerMs: { default: 10, from: 0, to: 900_000, is: 'milliseconds that a handler takes' },
  concurrency: some(10, 1000, 'handlers that run at once in one drain'),
  payloadBytes: count(300, 1_048_576, 'bytes of a payload'),
  keepDays: some(30, 3650, 'days for which the history is kept'),
  restoreDays: { default: 1, from: 0, to: 30, is: "days of Neon's restore window" },
  computeUnits: {
    default: 0.25,
    from: 0.25,
    to: 56,
    is: 'CU on which Neon runs while awake, at least',
  },
  tickMinutes: some(1, 1440, 'minutes between ticks, without sleep'),
  backstopHours: {
    default: 6,
    from: 0.25,
    to: 24,
    is: 'hours between two looks of the backstop, with sleep',
  },
  touchMinutes: count(0, 1440, 'minutes between queries of something else; 0: nothing else'),
  helpers: some(8, 100, 'further invocations, with hand-over'),
  consumerMb: { default: 1024, from: 128, to: 10_240, isWhole: true, is: 'MB of the consumer' },
  httpMb: { default: 512, from: 128, to: 10_240, isWhole: true, is: 'MB of the http function' },
  requestMs: { default: 60, from: 1, to: 29_000, is: 'milliseconds that a request takes' },
  logBytes: count(1500, 1_000_000, 'bytes that each request or invocation logs'),
  metrics: count(7, 10_000, 'custom metrics, in hours in which messages come'),
  alarms: count(11, 10_000, 'alarms, by the metrics that they look at'),
  dashboards: count(0, 500, "dashboards beyond the account's three"),
  secrets: count(0, 500, 'secrets of Secrets Manager'),
  natGateways: count(0, 100, 'NAT gateways, for functions in a VPC'),
} as const satisfies Readonly<Record<string, LoadOption>>;

export type LoadName = keyof typeof loadOptions;
export const loadNames = Object.keys(loadOptions) as LoadName[];

export type Plan = 'free' | 'launch' | 'scale';
/** As a queue's policy has it. */
export type Engine = 'postgres' | 'sqs' | 'sqs-fifo';
export type History = 'all' | 'failures';
export type Load = Readonly<Record<LoadName, number>> & {
  readonly plan: Plan;
  /** What carries the deliveries of all queues. */
  readonly engine: Engine;
  /** What of the deliveries on SQS is recorded in Postgres. */
  readonly history: History;
};

/** Nothing comes, and everything is as it is deployed by default. */
export const idle: Load = {
  ...(Object.fromEntries(loadNames.map((name) => [name, loadOptions[name].default])) as Record<
    LoadName,
    number
  >),
  plan: 'launch',
  engine: 'postgres',
  history: 'all',
};

export const flagOf = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Throws a RangeError that says what is expected. */
export function requireInRange(name: LoadName, text: string): number {
  const option: LoadOption = loadOptions[name];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= option.from && value <= option.to;
  if (fits && (!option.isWhole || Number.isInteger(value))) return value;
  const kind = option.isWhole ? 'a whole number' : 'a number';
  throw new RangeError(
    `--${flagOf(name)} is ${kind} from ${option.from} to ${option.to} (${option.is}); got "${text}"`,
  );
}
