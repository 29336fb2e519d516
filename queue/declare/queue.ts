// A queue: the message types that go through it, the handlers that it has for them, and the policy by which it is
// drained. Every queue that subscribes to a type gets a delivery of its own of each message, so one queue that fails
// or falls behind does not hold up another.
import { misuse } from '#queue/misuse.ts';
import { type EngineOptions, requireFitForEngine } from './engine.ts';
import { type Range, requireInRange } from './in-range.ts';
import { usualPriority } from './priority-classes.ts';
import { requireSimpleName } from './simple-name.ts';
import type { Subscription } from './subscription.ts';

/** How a queue is drained. What is not given has its default. */
export interface QueuePolicy extends EngineOptions {
  /**
   * How many handlers run at the same time in one consumer. 1 to 1000, default 10. A batch counts as one. Several
   * consumers may drain the queue at once, each with this many; `maxInFlight` is the limit over all of them.
   */
  readonly concurrency: number;
  /**
   * How many deliveries one claim takes from the database at most. 1 to 1000, default 200. Slow handlers make claims
   * smaller by themselves, because what is claimed and not yet started is kept from other consumers.
   */
  readonly batchSize: number;
  /**
   * How long a claim holds a delivery before another consumer may take it, in whole seconds. 5 to 43200 (12 hours),
   * default 90. A living consumer extends its leases three times within this time, so handlers may run for longer; it
   * is after a crash that deliveries wait this long for their next attempt.
   */
  readonly leaseSeconds: number;
  /**
   * How long a handler may run, in seconds. 0.1 to 43200 (12 hours), default 30. Then its signal is aborted and the
   * attempt has failed, whatever the handler still does; it counts as one that runs until it has ended.
   */
  readonly timeoutSeconds: number;
  /**
   * How many attempts a delivery has before it becomes a dead letter. 1 to 1000, default 10. A crash of the consumer
   * spends one, too; a snooze spends none. The last one, when a crash ends it beside others, is made once more, alone.
   */
  readonly maxAttempts: number;
  /**
   * The backoff's first wait, in seconds. 0 to 86400 (a day), default 5. It doubles with every failed attempt: after
   * attempt n a delivery waits for 50 to 100 % of min(retryMaximumSeconds, retryBaseSeconds × 2^(n-1)), drawn at
   * random ("equal jitter") so that what failed together does not come back together.
   */
  readonly retryBaseSeconds: number;
  /** The longest wait that the backoff grows to, in seconds. 0 to 604800 (7 days), default 3600 (an hour). */
  readonly retryMaximumSeconds: number;
  /**
   * How many members of one group (messages with the same `groupKey`) may be under way at once, while the others wait.
   * 1 to 1000, default 1: strict order, in which a member that waits for its retry keeps those behind it waiting.
   */
  readonly groupConcurrency: number;
  /**
   * Whether a dead letter keeps the rest of its group waiting until it is redriven, to its old place, or discarded.
   * Default false: the group goes on without it. Choose true where no step of a group may be left out.
   */
  readonly deadBlocksGroup: boolean;
  /**
   * How many deliveries of the queue all consumers together may hold at once. 1 to 100000; no limit by default. Leases
   * are counted exactly, for which the claims of the queue take turns: use it for a service that bears only so much. A
   * handler that goes on after its timeout, whatever its signal says, is no longer counted.
   */
  readonly maxInFlight?: number;
  /**
   * How many live deliveries (pending, scheduled, blocked, processing) the queue takes. 1 to 10000000; no limit by
   * default. An enqueue beyond it is refused as `queue_full`, over HTTP with 429; two at the same moment may overshoot
   * by what they bring. Follow-ups and recurring messages are stored all the same: nobody could send them again.
   */
  readonly maxDepth?: number;
  /** How many deliveries all consumers together may start in an interval; no limit by default. */
  readonly rate?: RateLimit;
  /**
   * Whether the queue is shared among those who wait: of messages of one priority each `fairnessKey` has one after the other, however
   * many another one has waiting. Messages without one are of one key together. Default false: keys mean nothing, and cost nothing.
   */
  readonly fair: boolean;
  /**
   * How many deliveries of one `fairnessKey` all consumers together may hold at once, counted exactly. 1 to 1000; no limit by
   * default, and only in a queue that is `fair`. What is beyond it waits out of the line, where it holds up nobody. Messages without
   * a key count as of one key together. A lease that ran out keeps its place until its delivery is handled again, or dead.
   */
  readonly maxInFlightPerKey?: number;
  /**
   * How many deliveries of one `fairnessKey` all consumers together may start in an interval, exactly; no limit by default, and only in
   * a queue that is `fair`. What is beyond it waits out of the line for its key's next start. Each attempt is a start.
   */
  readonly ratePerKey?: RateLimit;
}

/** A token bucket: `{ starts: 100, perSeconds: 60 }` lets 100 deliveries start in a minute. */
export interface RateLimit {
  /** How many deliveries may start in each interval, also where a batch takes several. 1 to 1000000. */
  readonly starts: number;
  /** The length of the interval, in seconds. 0.001 to 86400 (a day). */
  readonly perSeconds: number;
  /** How many starts a queue at rest saves up at most: the size of the bucket. 1 to 1000000, default `starts`. */
  readonly burst?: number;
}

/** What `defineQueue` declared. */
export interface Queue {
  /** 1 to 60 lower-case letters, digits, "-" and "_", with a letter first: `payments`. */
  readonly name: string;
  /** How it is drained, with the default of what was not given. */
  readonly policy: QueuePolicy;
  /** The message types that the queue takes, each with its handler: `on(orderPlaced, capture)`. At most one a type. */
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
  fair: false,
  engine: 'postgres',
  history: 'all',
  once: false,
  relay: true,
  priorities: [usualPriority],
};

interface OptionRange extends Range {
  /** Whether the option may be left out. */
  readonly optional?: true;
}

const policyRanges = {
  concurrency: { from: 1, to: 1000 },
  batchSize: { from: 1, to: 1000 },
  leaseSeconds: { from: 5, to: 43_200 },
  timeoutSeconds: { from: 0.1, to: 43_200, fractional: true },
  maxAttempts: { from: 1, to: 1000 },
  retryBaseSeconds: { from: 0, to: 86_400, fractional: true },
  retryMaximumSeconds: { from: 0, to: 604_800, fractional: true },
  groupConcurrency: { from: 1, to: 1000 },
  maxInFlight: { from: 1, to: 100_000, optional: true },
  maxDepth: { from: 1, to: 10_000_000, optional: true },
  maxInFlightPerKey: { from: 1, to: 1000, optional: true },
} as const satisfies Partial<Record<keyof QueuePolicy, OptionRange>>;

const rateRanges = {
  starts: { from: 1, to: 1_000_000 },
  perSeconds: { from: 0.001, to: 86_400, fractional: true },
  burst: { from: 1, to: 1_000_000, optional: true },
} as const satisfies Record<keyof RateLimit, OptionRange>;

/**
 * Declares a queue. Throws a TypeError that names the option, its range and what was given.
 *
 * @example
 * ```ts
 * const payments = defineQueue({
 *   name: 'payments',
 *   policy: { concurrency: 20, maxAttempts: 5 },
 *   subscriptions: [on(orderPlaced, capture)],
 * });
 * ```
 */
export function defineQueue(
  queue: Pick<Queue, 'name' | 'subscriptions'> & { readonly policy?: Partial<QueuePolicy> },
): Queue {
  requireSimpleName('queue', queue.name);
  const policy = { ...defaults, ...queue.policy };
  requireInRanges(`Queue "${queue.name}": `, policy, policyRanges);
  for (const option of ['deadBlocksGroup', 'fair'] as const)
    if (typeof policy[option] !== 'boolean')
      misuse(`Queue "${queue.name}": ${option} is true or false; got ${policy[option]}`);
  for (const option of ['rate', 'ratePerKey'] as const)
    if (policy[option])
      requireInRanges(`Queue "${queue.name}": ${option}.`, policy[option], rateRanges);
  const declared = { name: queue.name, policy, subscriptions: queue.subscriptions };
  requireFitForEngine(declared, defaults);
  for (const option of ['maxInFlightPerKey', 'ratePerKey'] as const)
    if (policy[option] && !policy.fair) misuse(`Queue "${queue.name}": ${option} needs fair: true`);
  return declared;
}

function requireInRanges<Options extends object>(
  where: string,
  options: Options,
  ranges: { readonly [Name in keyof Options]?: OptionRange },
): void {
  for (const [option, range] of Object.entries<OptionRange>(
    ranges as Record<string, OptionRange>,
  )) {
    if (range.optional && !(option in options)) continue;
    requireInRange(where + option, options[option as keyof Options], range);
  }
}
