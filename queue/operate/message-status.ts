import type { Database } from '#queue/database.ts';
import type { AttemptOutcome, DeliveryStatus } from '#queue/routines/delivery-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

/** A message with its deliveries and their attempts. Instants are ISO 8601. What the type redacts is not shown. */
export interface MessageStatus {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** The first of processing, pending, scheduled, blocked, dead, cancelled, done that one of its deliveries has. */
  readonly status: DeliveryStatus;
  readonly deliveries: readonly {
    readonly queue: string;
    readonly status: DeliveryStatus;
    readonly availableAt: string | null;
    readonly finishedAt: string | null;
    readonly attempts: readonly {
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
      readonly startedAt: string | null;
      readonly finishedAt: string;
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
