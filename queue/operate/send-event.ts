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
  /** Of which the message has to be; null: of any. */
  readonly types: readonly string[] | null;
  /** Whether a consumer is to be invoked for what the event makes due. */
  readonly isEager: boolean;
}

/** What has become of it, and who has to be woken. */
export interface EventToWake extends SentEvent {
  /** Whether a delivery that waits for it can be claimed. */
  readonly isDue: boolean;
  /** Whether the caller is to invoke a consumer. */
  readonly wake: boolean;
}

/** Sends an event to a message, for handlers in steps that wait for it. Undefined when no such message is kept. */
export async function sendEvent(
  database: Database,
  { id, name, payload, actor, types, isEager }: EventToSend,
): Promise<EventToWake | undefined> {
  const [row] = await database.query<{ answer: EventToWake | null }>(
    'select millrace.send_event($1, $2, $3, $4, $5, $6) as answer',
    [id, name, payload, actor, types, isEager],
  );
  return row?.answer ?? undefined;
}
