// Claimed messages that come in a row each, which is cheaper where they are large, put into the lists that claims have otherwise.
import type { Claimed } from './claimed-delivery.ts';

/** Columns behind those of the claim: null in the first row, which has the rest of the claim, and in each other row a message. */
export interface MessageRow {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly payload: unknown;
  readonly message_headers: Readonly<Record<string, string>> | null;
  readonly message_created_at: string;
}

/** The whole claim, of which the first row has everything but the messages. A message that has no row is gone. */
export function withMessagesOf<Row extends Claimed>(
  claimed: Row,
  messages: readonly MessageRow[],
): Row {
  // Without any, it has none, or, where the database has found that it must, all of them in itself.
  if (!claimed.ids || messages.length === 0) return claimed;
  const byId = new Map(messages.map((message) => [message.id, message]));
  const inOrder = claimed.ids.map((id) => byId.get(id));
  return {
    ...claimed,
    types: inOrder.map((message) => message?.type ?? null),
    versions: inOrder.map((message) => message?.version ?? 1),
    payloads: inOrder.map((message) => message?.payload),
    headers: inOrder.map((message) => message?.message_headers ?? null),
    created_at: inOrder.map((message) => message?.message_created_at ?? ''),
  };
}
