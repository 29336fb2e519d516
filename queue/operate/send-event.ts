import type { SentEvent } from '#client/message-answers.ts';
import type { Database } from '#queue/database.ts';

/** What is sent, and by whom. */
export interface EventToSend {
  /** The message's id. */
  readonly id: string;
  /** 1 to 100 characters. */
  readonly name: string;
  /** As JSON, at most 16 KiB. */
  readonly payload: string;
  /** Who the audit table names. */
  readonly actor: string;
}

/** Sends an event to a message, for handlers in steps that wait for it. Undefined when no such message is kept. */
export async function sendEvent(
  database: Database,
  { id, name, payload, actor }: EventToSend,
): Promise<SentEvent | undefined> {
  const [row] = await database.query<{ answer: SentEvent | null }>(
    'select millrace.send_event($1, $2, $3, $4) as answer',
    [id, name, payload, actor],
  );
  return row?.answer ?? undefined;
}
