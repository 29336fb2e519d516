// A queue: a named lane with its handlers and its policy.
import type { Subscription } from './handler.ts';

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
};

const ranges: Record<keyof QueuePolicy, { from: number; to: number; whole: boolean }> = {
  concurrency: { from: 1, to: 1000, whole: true },
  batchSize: { from: 1, to: 1000, whole: true },
  leaseSeconds: { from: 5, to: 43_200, whole: true },
  timeoutSeconds: { from: 0.1, to: 43_200, whole: false },
  maxAttempts: { from: 1, to: 1000, whole: true },
  retryBaseSeconds: { from: 0, to: 86_400, whole: false },
  retryMaximumSeconds: { from: 0, to: 604_800, whole: false },
};

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
  for (const option of Object.keys(ranges) as (keyof QueuePolicy)[])
    requireInRange(queue.name, option, policy[option]);
  return { name: queue.name, policy, subscriptions: queue.subscriptions };
}

function requireInRange(queue: string, option: keyof QueuePolicy, value: number): void {
  const { from, to, whole } = ranges[option];
  if (value >= from && value <= to && (!whole || Number.isInteger(value))) return;
  throw new TypeError(
    `Queue "${queue}": ${option} is a ${whole ? 'whole ' : ''}number from ${from} to ${to}; got ${value}`,
  );
}
