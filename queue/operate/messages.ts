// Which messages there are, newest first, and what caused what.
import type { Database } from '#queue/database.ts';
import type { DeliveryStatus } from '#queue/routines/delivery-status.ts';

/** Which messages are meant: those that meet all that is given. An empty filter means every one. */
export interface MessageFilter {
  readonly type?: string;
  /** With a delivery in this queue. */
  readonly queue?: string;
  /** The message's own; with a queue, its delivery's in that queue. */
  readonly status?: DeliveryStatus;
  /** Sent before this instant by the time in its id, ISO 8601. */
  readonly before?: string;
  /** Sent at this instant or later, ISO 8601. */
  readonly after?: string;
  readonly groupKey?: string;
  /** 32 hexadecimal digits in lower case, the trace id of a traceparent. */
  readonly traceId?: string;
  /** Of any caller. */
  readonly idempotencyKey?: string;
}

/** A message in a list. Instants are ISO 8601. */
export interface ListedMessage {
  readonly id: string;
  readonly type: string;
  readonly createdAt: string;
  readonly groupKey: string | null;
  /** The message whose handler has enqueued it as a follow-up; null for all others. */
  readonly causedBy: string | null;
  readonly status: DeliveryStatus;
  /** By the names of their queues. */
  readonly deliveries: readonly {
    readonly queue: string;
    readonly status: DeliveryStatus;
    readonly attempt: number;
    readonly availableAt: string | null;
    readonly finishedAt: string | null;
  }[];
}

/** Where a page ends; the next one goes on from there. */
export interface MessagePosition {
  readonly id: string;
}

export interface MessageList {
  readonly items: readonly ListedMessage[];
  /** Null after the last page. */
  readonly nextCursor: MessagePosition | null;
  /** How far back the call has looked, when the page is not full and others may follow. */
  readonly searchedTo: string | null;
}

/**
 * A page of messages, newest first by their ids. limit: 1 to 1000. A call looks at some 10,000 rows, so that a page may have
 * few items, or none, and a nextCursor all the same.
 */
export async function messages(
  database: Database,
  filter: MessageFilter,
  { cursor, limit }: { cursor?: MessagePosition | undefined; limit: number },
): Promise<MessageList> {
  const [row] = await database.query<{ page: MessageList }>(
    'select millrace.messages($1, $2, $3) as page',
    [JSON.stringify(filter), cursor === undefined ? null : JSON.stringify(cursor), limit],
  );
  return row?.page ?? { items: [], nextCursor: null, searchedTo: null };
}

/** What caused a message and what it has caused: by position its causes, the first one first, itself, and its follow-ups. */
export interface MessageChain {
  readonly items: readonly Omit<ListedMessage, 'groupKey' | 'deliveries'>[];
  /** Whether there are others: it shows 50 causes and 200 messages at most. */
  readonly more: boolean;
}

/** The chain that a message is in; undefined when no such message is kept. */
export async function messageChain(
  database: Database,
  id: string,
): Promise<MessageChain | undefined> {
  const [row] = await database.query<{ chain: MessageChain | null }>(
    'select millrace.chain($1) as chain',
    [id],
  );
  return row?.chain ?? undefined;
}
