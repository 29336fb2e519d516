// Deliveries as SQS takes them, claimed or never stored.
import type { OutgoingMessage } from '#functions/aws/sqs.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';
import { groupIdOf } from './group-id.ts';
import { toBody } from './wire.ts';

/** What is known of a delivery that is sent. */
interface Outgoing {
  readonly delivery: Omit<ClaimedDelivery, 'type' | 'waitedMs' | 'token'> & {
    readonly type: string;
  };
  readonly round: number;
  /** Where it is not the usual one, and the queue has classes. */
  readonly priority: number | undefined;
  /** For whom it is, where the queue is fair. */
  readonly fairnessKey: string | undefined;
  /** The number of the database that keeps it. */
  readonly database: number;
  readonly isFifo: boolean;
}

export function outgoing(sent: Outgoing): OutgoingMessage {
  const { delivery, round, priority, fairnessKey, database, isFifo } = sent;
  const { id, type, version, payload, headers, createdAt, groupKey } = delivery;
  // The attempt that the claim has begun is the first that SQS's consumer makes.
  const attempt = delivery.attempt - 1;
  const body = toBody({
    ...{ id, type, version, payload, headers, createdAt, groupKey, attempt, round },
    ...(priority !== undefined && { priority }),
    ...(fairnessKey !== undefined && { fairnessKey }),
    ...(database > 0 && { database }),
  });
  if (isFifo)
    return { id, body, groupId: groupIdOf(groupKey ?? id), deduplicationId: `${id}.${round}` };
  // A standard queue shares itself among those that its messages name so.
  return { id, body, ...(fairnessKey !== undefined && { groupId: groupIdOf(fairnessKey) }) };
}
