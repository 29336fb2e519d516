import type { KeptEvent, Step } from '#client/message-answers.ts';
import type { Database } from '#queue/database.ts';
import type { AttemptOutcome, DeliveryStatus } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

/** The newest report of a handler that runs. */
export interface HandlerProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** In words, at most 200 characters; null for none. */
  readonly note: string | null;
  /** When it came. */
  readonly at: string;
}

/** A message with its deliveries and their attempts. Instants are ISO 8601. What the type redacts is not shown. */
export interface MessageStatus {
  /** A version 7 uuid. */
  readonly id: string;
  /** The name of its message type. */
  readonly type: string;
  /** As it is stored: in the form of the version that it was enqueued with. */
  readonly payload: unknown;
  /** The texts that it was enqueued with. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it was stored. */
  readonly createdAt: string;
  /** The group that it was enqueued into; null for none. */
  readonly groupKey: string | null;
  /** The message whose handler has enqueued it as a follow-up; null for all others. */
  readonly causedBy: string | null;
  /** The chord that it is a member of; null for none. */
  readonly chordId: string | null;
  /** The first of processing, pending, scheduled, blocked, dead, cancelled, done that one of its deliveries has. */
  readonly status: DeliveryStatus;
  /** Changes whenever something of the deliveries does. */
  readonly revision: string;
  /** One for each queue that subscribed to its type. */
  readonly deliveries: readonly {
    /** The name of the queue. */
    readonly queue: string;
    readonly status: DeliveryStatus;
    /** When a delivery that waits may be claimed; null when there is no such time. */
    readonly availableAt: string | null;
    /** When it ended; null while it lives. */
    readonly finishedAt: string | null;
    /** What the handler that is running has told of its progress; null when nothing. */
    readonly progress: HandlerProgress | null;
    /** What its handler has returned as its result; null when nothing. */
    readonly result: unknown;
    /** In their order; null when none were recorded. */
    readonly steps: readonly Step[] | null;
    /** Events of the message that none of these has waited for so far; null where there are none. */
    readonly events: readonly KeptEvent[] | null;
    /** The attempts that have ended, the first one first. */
    readonly attempts: readonly {
      /** 1 for the first. */
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
      /** Null where none was started. */
      readonly startedAt: string | null;
      readonly finishedAt: string;
      /** Why it failed; null when it did not. */
      readonly error: ErrorRecord | null;
    }[];
  }[];
}

/** Where a message stands; undefined when no such message is kept. */
export async function messageStatus(
  database: Database,
  id: string,
): Promise<MessageStatus | undefined> {
  const [row] = await database.query<{ status: MessageStatus | null }>(
    'select millrace.status($1) as status',
    [id],
  );
  return row?.status ?? undefined;
}

/** The revision of the message's status alone, at next to no cost; undefined when no such message is kept. */
export async function messageRevision(database: Database, id: string): Promise<string | undefined> {
  const [row] = await database.query<{ revision: string | null }>(
    'select millrace.revision($1) as revision',
    [id],
  );
  return row?.revision ?? undefined;
}
