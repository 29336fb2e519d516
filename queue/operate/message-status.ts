import type { Database } from '#queue/database.ts';
import type { AttemptOutcome, DeliveryStatus } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

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
  /** The first of processing, pending, scheduled, blocked, dead, cancelled, done that one of its deliveries has. */
  readonly status: DeliveryStatus;
  /** One for each queue that subscribed to its type. */
  readonly deliveries: readonly {
    /** The name of the queue. */
    readonly queue: string;
    readonly status: DeliveryStatus;
    /** When a delivery that waits may be claimed; null when there is no such time. */
    readonly availableAt: string | null;
    /** When it ended; null while it lives. */
    readonly finishedAt: string | null;
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
