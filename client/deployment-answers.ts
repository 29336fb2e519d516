// What the HTTP API answers about schedules, callers, drains, and what operators did.

export interface ScheduleStatus {
  readonly name: string;
  readonly type: string;
  readonly rule: string;
  readonly timeZone: string | null;
  readonly catchUp: 'skip' | 'once' | { readonly all: number };
  readonly paused: boolean;
  readonly nextDueAt: string | null;
  readonly lastDueAt: string | null;
  /** The next five due times; none while it is paused, and where the code does not know its rule. */
  readonly upcoming: readonly string[];
}

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  /** The database login; null in lines that do not know it. */
  readonly sessionRole: string | null;
  readonly action: string;
  readonly target: unknown;
  readonly affected: number;
}

export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** One drain, with what it did in each queue. */
export interface Drain {
  readonly endedAt: string;
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
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whether looking wakes a database that sleeps. */
  readonly sleeps: boolean;
  /** The version of the package. */
  readonly release: string;
}
