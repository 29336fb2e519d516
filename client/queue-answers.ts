// What the HTTP API answers about queues, and about what drains did in them.
import type { Partly, Status } from './common-answers.ts';

/** How many attempts end in a minute, on average over five. */
export interface PerMinute {
  /** Successes; in a queue on SQS, what was relayed. */
  readonly done: number;
  /** Failures that are tried again. */
  readonly retried: number;
  /** Failures that are not. */
  readonly dead: number;
}

/** How a queue is doing. */
export interface QueueStats {
  /** Its own. */
  readonly name: string;
  /** Whether nothing is claimed from it. */
  readonly paused: boolean;
  /** False: no code that was deployed last has this queue, and what is in it waits. */
  readonly declared: boolean;
  /** How many deliveries there are by status, as far as they are counted. */
  readonly depth: {
    readonly pending: number;
    readonly processing: number;
    readonly scheduled: number;
    readonly blocked: number;
    readonly dead: number;
  };
  /** Of what waits, in whichever status: how many have failed or snoozed before. */
  readonly retrying: number;
  /** The counts that may be higher. */
  readonly capped: readonly string[];
  /** How long the oldest delivery has been due; 0 when none is. */
  readonly oldestPendingSeconds: number;
  /** What has become of attempts lately. */
  readonly perMinute: PerMinute;
}

/** A queue with what the database knows of its policy. Null is no limit. */
export interface QueueDetail extends QueueStats {
  /** The message types that it subscribes to. */
  readonly types: readonly string[];
  /** What the code declares of it. */
  readonly policy: {
    /** What carries its deliveries: `postgres`, `sqs` or `sqs-fifo`. */
    readonly engine: string;
    readonly leaseSeconds: number;
    readonly maxAttempts: number;
    readonly retryBaseSeconds: number;
    readonly retryMaximumSeconds: number;
    readonly groupConcurrency: number;
    readonly deadBlocksGroup: boolean;
    /** Whether it is shared among the fairness keys that wait in it. */
    readonly fair: boolean;
    readonly maxInFlight: number | null;
    /** Of one fairness key. */
    readonly maxInFlightPerKey: number | null;
    readonly maxDepth: number | null;
    readonly rateLimit: QueueRate | null;
    /** Of one fairness key. */
    readonly rateLimitPerKey: QueueRate | null;
  };
}

/** How many handlers may start in how long. */
export interface QueueRate {
  /** In `seconds`. */
  readonly starts: number;
  /** The time in which so many start. */
  readonly seconds: number;
  /** How many starts are saved up at most while nothing is handled. */
  readonly burst: number;
}

/** A group in which members wait behind another one. */
export interface BlockedGroup {
  /** The group's. */
  readonly groupKey: string;
  /** How many members wait. */
  readonly waiting: number;
  /** The message that they wait for; null when there is none. */
  readonly messageId: string | null;
  /** Where that one stands. */
  readonly status: Status | null;
  /** When that one may be claimed. */
  readonly availableAt: string | null;
  /** How many attempts that one has had. */
  readonly attempt: number | null;
}

/** A fairness key whose messages an operator has paused. */
export interface PausedKey {
  /** The key. */
  readonly fairnessKey: string;
  /** Since when. */
  readonly pausedAt: string;
}

/** How much of a fair queue's line is for one fairness key. */
export interface WaitingKey {
  /** Null of what has no key. */
  readonly fairnessKey: string | null;
  /** About how many messages wait; what is not due, paused or waits for its group is not among them. */
  readonly waiting: number;
}

/** Over which time. */
export type Period = 'hour' | 'day' | 'week';

/** In milliseconds, to within a fifth. Null where nothing was counted. */
export interface Percentiles {
  /** Half of them took no longer. */
  readonly p50: number | null;
  /** Nineteen of twenty took no longer. */
  readonly p95: number | null;
}

/** What has become of attempts in a time. */
export interface HistoryCounts {
  /** Successes. */
  readonly done: number;
  /** Failures that are tried again. */
  readonly retried: number;
  /** Those that come back later. */
  readonly snoozed: number;
  /** Failures that are not tried again. */
  readonly dead: number;
  /** How long deliveries had been due when they were claimed. */
  readonly waitMs: Percentiles;
  /** How long handlers ran. */
  readonly runMs: Percentiles;
}

/** What drains did: 60 slots of a minute, 96 of 15 minutes, 168 of an hour. Slots in which nothing happened are left out. */
export interface History extends Partly {
  /** As it was asked for. */
  readonly period: Period;
  /** The length of a slot. */
  readonly slotSeconds: number;
  /** Where the first slot begins. */
  readonly from: string;
  /** Where the last slot ends. */
  readonly to: string;
  /** Those in which something has happened. */
  readonly queues: readonly {
    readonly queue: string;
    readonly total: HistoryCounts;
    readonly slots: readonly (HistoryCounts & { readonly at: string })[];
  }[];
}

/** What a purge has done. */
export interface Purged {
  /** How many deliveries it has cancelled. */
  readonly cancelled: number;
  /** Whether to call again for the rest. */
  readonly more: boolean;
}
