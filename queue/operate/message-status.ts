import type { Database } from '#queue/database.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';

export type DeliveryState =
  | 'pending'
  | 'scheduled'
  | 'blocked'
  | 'processing'
  | 'done'
  | 'dead'
  | 'cancelled';

export interface MessageStatus {
  readonly id: string;
  readonly type: string;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** The least finished status among the deliveries. */
  readonly status: DeliveryState;
  readonly deliveries: readonly {
    readonly queue: string;
    readonly status: DeliveryState;
    readonly availableAt: string | null;
    readonly finishedAt: string | null;
    readonly attempts: readonly {
      readonly attempt: number;
      readonly outcome: 'done' | 'retry' | 'dead' | 'snooze' | 'expired' | 'cancelled';
      readonly startedAt: string | null;
      readonly finishedAt: string;
      readonly error: ErrorRecord | null;
    }[];
  }[];
}

/** A message and where its deliveries stand; undefined when no such message is kept. Instants are ISO 8601. */
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
