// A queue: a named lane with its handlers and its policy.
import type { Subscription } from './subscription.ts';

export interface QueuePolicy {
  /** Handlers that run at once in one drain. 1 to 1000, default 10. */
  readonly concurrency: number;
  /** Deliveries that one claim takes at most. 1 to 1000, default 200. */
  readonly batchSize: number;
  /** How long a claim is held before another consumer may take it; extended while a handler runs. 5 to 43200, default 90. */
  readonly leaseSeconds: number;
  /** After this long a handler's signal is aborted and the attempt has failed. 0.1 to 43200, default 30. */
  readonly timeoutSeconds: number;
  /** Attempts before a delivery becomes a dead letter. 1 to 1000, default 10. */
  readonly maxAttempts: number;
  /** The wait after attempt n is drawn from 50 to 100 % of min(maximum, base × 2^(n-1)). Defaults 5 s and 3600 s. */
  readonly retryBaseSeconds: number;
  readonly retryMaximumSeconds: number;
  /** Members of one group that may be live at once before the others wait. 1 to 1000; default 1: strict order. */
  readonly groupConcurrency: number;
  /** Whether the rest of a group waits after one of its members died, until it is redriven or discarded; default false. */
  readonly deadBlocksGroup: boolean;
  /** Deliveries of the queue that may be processed at once, over all consumers. 1 to 100000; none by default. */
  readonly maxInFlight?: number;
  /** Live deliveries from which on enqueues are turned away. 1 to 10000000; none by default. */
  readonly maxDepth?: number;
  /** Starts per interval, over all consumers; none by default. */
  readonly rate?: RateLimit;
}

interface RateLimit {
  /** Handlers that may start in each interval. 1 to 1000000. */
  readonly starts: number;
  /** The interval. 0.001 to 86400. */
  readonly perSeconds: number;
  /** Starts that a queue at rest saves up; the interval's starts by default. 1 to 1000000. */
  readonly burst?: number;
}

export interface Queue {
  readonly name: string;
  readonly policy: QueuePolicy;
  readonly subscriptions: readonly Subscription[];
}

const defaults: QueuePolicy = {
  concurrency: 10,
  batchSize: 200,
  leaseSeconds: 90,
  timeoutSeconds: 30,
  maxAttempts: 10,
  retryBaseSeconds: 5,
  retryMaximumSeconds: 3600,
  groupConcurrency: 1,
  deadBlocksGroup: false,
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
  readonly optional?: true;
}

const policyRanges = {
  concurrency: { from: 1, to: 1000, whole: true },
  batchSize: { from: 1, to: 1000, whole: true },
  leaseSeconds: { from: 5, to: 43_200, whole: true },
  timeoutSeconds: { from: 0.1, to: 43_200, whole: false },
  maxAttempts: { from: 1, to: 1000, whole: true },
  retryBaseSeconds: { from: 0, to: 86_400, whole: false },
  retryMaximumSeconds: { from: 0, to: 604_800, whole: false },
  groupConcurrency: { from: 1, to: 1000, whole: true },
  maxInFlight: { from: 1, to: 100_000, whole: true, optional: true },
  maxDepth: { from: 1, to: 10_000_000, whole: true, optional: true },
} as const satisfies Partial<Record<keyof QueuePolicy, Range>>;

const rateRanges = {
  starts: { from: 1, to: 1_000_000, whole: true },
  perSeconds: { from: 0.001, to: 86_400, whole: false },
  burst: { from: 1, to: 1_000_000, whole: true, optional: true },
} as const satisfies Record<keyof RateLimit, Range>;

const nameForm = /^[a-z][a-z0-9_-]*$/;

/** Declares a queue. Throws a TypeError that names the option, its range and what was given. */
export function defineQueue(queue: {
  name: string;
  policy?: Partial<QueuePolicy>;
  subscriptions: readonly Subscription[];
}): Queue {
  if (!nameForm.test(queue.name) || queue.name.length > 60)
    throw new TypeError(
      `A queue's name is lower-case letters, digits, "-" and "_", at most 60; got "${queue.name}"`,
    );
  const policy = { ...defaults, ...queue.policy };
  requireInRanges(`Queue "${queue.name}": `, policy, policyRanges);
  if (typeof policy.deadBlocksGroup !== 'boolean')
    throw new TypeError(
      `Queue "${queue.name}": deadBlocksGroup is true or false; got ${policy.deadBlocksGroup}`,
    );
  if (policy.rate) requireInRanges(`Queue "${queue.name}": rate.`, policy.rate, rateRanges);
  return { name: queue.name, policy, subscriptions: queue.subscriptions };
}

function requireInRanges<Options extends object>(
  where: string,
  options: Options,
  ranges: { readonly [Name in keyof Options]?: Range },
): void {
  for (const [option, range] of Object.entries<Range>(ranges as Record<string, Range>)) {
    if (range.optional && !(option in options)) continue;
    requireInRange(where + option, options[option as keyof Options], range);
  }
}

function requireInRange(option: string, value: unknown, { from, to, whole }: Range): void {
  const fits = typeof value === 'number' && value >= from && value <= to;
  if (fits && (!whole || Number.isInteger(value))) return;
  throw new TypeError(
    `${option} is a ${whole ? 'whole ' : ''}number from ${from} to ${to}; got ${value}`,
  );
}
