// What the HTTP API answers about queues, and about what drains did in them.
import type { Status } from './common-answers.ts';

export interface PerMinute {
  readonly done: number;
  readonly retried: number;
  readonly dead: number;
}

export interface QueueStats {
  readonly name: string;
  readonly paused: boolean;
  readonly declared: boolean;
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
  readonly oldestPendingSeconds: number;
  readonly perMinute: PerMinute;
}

/** A queue with what the database knows of its policy. Null is no limit. */
export interface QueueDetail extends QueueStats {
  /** The message types that it subscribes to. */
  readonly types: readonly string[];
  readonly policy: {
    readonly leaseSeconds: number;
    readonly maxAttempts: number;
    readonly retryBaseSeconds: number;
    readonly retryMaximumSeconds: number;
    readonly groupConcurrency: number;
    readonly deadBlocksGroup: boolean;
    readonly maxInFlight: number | null;
    readonly maxDepth: number | null;
    readonly rateLimit: {
      readonly starts: number;
      readonly seconds: number;
      readonly burst: number;
    } | null;
  };
}

export interface BlockedGroup {
  readonly groupKey: string;
  readonly waiting: number;
  readonly messageId: string | null;
  readonly status: Status | null;
  readonly availableAt: string | null;
  readonly attempt: number | null;
}

export type Period = 'hour' | 'day' | 'week';

/** In milliseconds, to within a fifth. Null where nothing was counted. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface HistoryCounts {
  readonly done: number;
  readonly retried: number;
  readonly snoozed: number;
  readonly dead: number;
  /** How long deliveries had been due when they were claimed. */
  readonly waitMs: Percentiles;
  /** How long handlers ran. */
  readonly runMs: Percentiles;
}

/** What drains did: 60 slots of a minute, 96 of 15 minutes, 168 of an hour. Slots in which nothing happened are left out. */
export interface History {
  readonly period: Period;
  readonly slotSeconds: number;
  readonly from: string;
  readonly to: string;
  readonly queues: readonly {
    readonly queue: string;
    readonly total: HistoryCounts;
    readonly slots: readonly (HistoryCounts & { readonly at: string })[];
  }[];
}

export interface Purged {
  readonly cancelled: number;
  readonly more: boolean;
}
