// What the HTTP API answers about schedules, callers, drains, and what operators did.

/** A schedule that the code declares. */
export interface ScheduleStatus {
  /** Its own. */
  readonly name: string;
  /** The message type that it enqueues. */
  readonly type: string;
  /** A cron expression, or `every 3600 s`. */
  readonly rule: string;
  /** Null for an interval. */
  readonly timeZone: string | null;
  /** What becomes of due times that nobody was there for. */
  readonly catchUp: 'skip' | 'once' | { readonly all: number };
  /** Whether it enqueues nothing until it is resumed. */
  readonly paused: boolean;
  /** Null while it is paused, and until the next drain for a new one. */
  readonly nextDueAt: string | null;
  /** Null before the first one. */
  readonly lastDueAt: string | null;
  /** The next five due times; none while it is paused, and where the code does not know its rule. */
  readonly upcoming: readonly string[];
}

/** What somebody has done to queues, messages or keys. */
export interface AuditLine {
  /** Newer lines have higher ones. */
  readonly id: string;
  /** When it was done. */
  readonly at: string;
  /** The caller's name. */
  readonly actor: string;
  /** The database login; null in lines that do not know it. */
  readonly sessionRole: string | null;
  /** Such as `redrive`. */
  readonly action: string;
  /** What it was done to. */
  readonly target: unknown;
  /** How many deliveries, or keys, it has changed. */
  readonly affected: number;
}

/** Who has an API key. The key itself is shown once, to whoever makes it. */
export interface ApiKey {
  /** Of its holder. */
  readonly name: string;
  /** What its holder may do. */
  readonly scopes: readonly string[];
  /** When it was made, or rotated last. */
  readonly createdAt: string;
  /** To the hour; null when it never was. */
  readonly lastUsedAt: string | null;
  /** Null when it does not expire. */
  readonly expiresAt: string | null;
  /** Null when it was not revoked. */
  readonly revokedAt: string | null;
}

/** One drain, with what it did in each queue. */
export interface Drain {
  /** When its last figures were recorded. */
  readonly endedAt: string;
  /** Those in which it did something. */
  readonly queues: readonly {
    readonly queue: string;
    readonly claimed: number;
    readonly done: number;
    readonly retried: number;
    readonly snoozed: number;
    readonly dead: number;
    readonly released: number;
    readonly stale: number;
    readonly runMs: number | null;
  }[];
}

/** Who calls, and what this deployment is. */
export interface CallerAnswer {
  /** Of the key, the token's subject or the IAM identity. */
  readonly name: string;
  /** What the caller may do. */
  readonly scopes: readonly string[];
  /** Whether looking wakes a database that sleeps. */
  readonly sleeps: boolean;
  /** The version of the package. */
  readonly release: string;
}
