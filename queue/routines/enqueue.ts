// Stores messages in one statement, however many they are. It may be repeated when its answer was lost: messages carry
// ids of their own, and what is stored already is answered again.
//
// The first file to open in routines/, the wing in which each SQL routine of producers and consumers has its one
// TypeScript caller. A caller knows the routine's parameters, answer and errors, and whether the call may be repeated
// (see retry-transient.ts). What a routine does, and why, its own file under migrations/routines/ says.
import type { Database } from '#queue/database.ts';
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { DeliveryStatus } from './delivery-status.ts';
import type { NextDue } from './next-due.ts';
import { onlyRow } from './only-row.ts';
import { type PlainMessages, plainMessages } from './plain-messages.ts';
import { refusing } from './refusal.ts';

/**
 * How a caller that can reach several databases enqueues what belongs to one of them. The database refuses what belongs to another
 * one as `elsewhere`, and the caller goes there, with what the refusal says.
 */
export interface Place {
  /** How many databases the caller knows, 1 to 16. What belongs to one beyond them is taken, and sent there by a consumer. */
  readonly databases: number;
  /** Whether the database that decides has sent the caller here: `asked` of the refusal, false at first. */
  readonly asked: boolean;
  /**
   * Whether the database that decides, while the deployment grows, shall take the message although it has moved: a consumer sends it
   * on. So messages of which some have moved and some not are stored in one call. Default false.
   */
  readonly leave?: boolean;
}

/** A message to be stored. What it leaves out has SQL's defaults, so without a version it is of version 1. */
export interface NewMessage extends EnqueueOptions {
  /** A version 7 uuid that the caller made, so that a repeated enqueue stores nothing twice. */
  readonly id: string;
  /** The name of its message type. */
  readonly type: string;
  /** What is stored as JSON: at most 256 KiB. */
  readonly payload: unknown;
  /**
   * Of a message with a group or an idempotency key, for callers that reach all databases themselves. Without it the database takes
   * the message in any case, and what belongs to another one is sent there by a consumer.
   */
  readonly place?: Place;
}

/** What became of one message. */
export interface Enqueued {
  /** Its own id, or that of the message that stood under its idempotency key already. */
  readonly id: string;
  /** The name of its message type. */
  readonly type: string;
  /** The first of processing, pending, scheduled, blocked, dead, cancelled, done that one of its deliveries has. */
  readonly status: DeliveryStatus;
  /** Whether another enqueue stored it before, under the same idempotency key. */
  readonly duplicate: boolean;
  /** With an idempotency key: until when the key stands for this message, ISO 8601. */
  readonly idempotentUntil?: string;
}

/** What became of an enqueue that may wake a consumer. */
export interface EnqueuedToWake extends NextDue {
  readonly enqueued: Enqueued[];
  /** Whether the caller is to invoke a consumer now. */
  readonly wake: boolean;
}

/**
 * Stores all messages or none, in one round trip and one transaction, and answers in their order. Throws an
 * EnqueueRefused that says which message it is and why. The caller, such as `key:shop`, is who the idempotency keys belong
 * to; without one they are the database login's.
 */
export async function enqueueMessages(
  database: Database,
  messages: readonly NewMessage[],
  caller: string | null = null,
): Promise<Enqueued[]> {
  const plain = plainMessages(messages);
  const asked = plain
    ? database.query<Answer>(`select millrace.enqueue_plain($1, $2, $3, $4, $5) as enqueued`, [
        ...columnsOf(plain),
        caller,
      ])
    : database.query<Answer>(
        // An idempotency key that an open transaction holds is waited for no longer than this.
        `select millrace.enqueue_many($1, $2) as enqueued from set_config('lock_timeout', '2s', true)`,
        [JSON.stringify(messages), caller],
      );
  const { enqueued } = onlyRow(await refusing(asked));
  return enqueuedOf(enqueued, messages);
}

/**
 * The same, and tells when the messages are due. isEager: whether to tell also if a consumer is to be invoked for those
 * that are due now, which is not so while one is about to look.
 */
export async function enqueueToWake(
  database: Database,
  messages: readonly NewMessage[],
  { caller, isEager }: { readonly caller: string | null; readonly isEager: boolean },
): Promise<EnqueuedToWake> {
  const plain = plainMessages(messages);
  const asked = plain
    ? database.query<{ answer: Answer & Woken }>(
        `select millrace.enqueue_plain_to_wake($1, $2, $3, $4, $5, $6) as answer`,
        [...columnsOf(plain), caller, isEager],
      )
    : database.query<{ answer: Answer & Woken }>(
        `select millrace.enqueue_to_wake($1, $2, $3) as answer from set_config('lock_timeout', '2s', true)`,
        [JSON.stringify(messages), caller, isEager],
      );
  const { answer } = onlyRow(await refusing(asked));
  return { ...answer, enqueued: enqueuedOf(answer.enqueued, messages) };
}

interface Answer {
  readonly enqueued: EnqueuedOrStatus;
}

type Woken = Omit<EnqueuedToWake, 'enqueued'>;

const columnsOf = ({ type, ids, kib, payloads }: PlainMessages) => [type, ids, kib, payloads];

/** The status that all messages have, as enqueue_plain answers, or what enqueue_many has answered. */
type EnqueuedOrStatus = DeliveryStatus | Enqueued[];

/** The answer for each message, in their order. */
export function enqueuedOf(answer: EnqueuedOrStatus, messages: readonly NewMessage[]): Enqueued[] {
  if (typeof answer !== 'string') return answer;
  return messages.map(({ id, type }) => ({ id, type, duplicate: false, status: answer }));
}
