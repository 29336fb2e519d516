// An enqueue that was refused, and why: what producers, handlers and the HTTP API are told.
import { NamedError } from './named-error.ts';

/**
 * Why an enqueue was refused, as HTTP's faults have it: `invalid_payload` by the type's schema, before the database was
 * asked, and otherwise one word for each SQLSTATE of millrace.enqueue_many.
 */
export type RefusalCode =
  | 'invalid_payload'
  | 'unknown_type'
  | 'bad_option'
  | 'payload_too_large'
  | 'id_conflict'
  | 'wrong_isolation'
  | 'key_conflict'
  | 'key_in_progress'
  | 'queue_full'
  | 'elsewhere'
  | 'chord_ended';

/**
 * An enqueue of which nothing was stored, because of one of its messages. The message says why.
 *
 * @example
 * ```ts
 * await kit.enqueue(orderPlaced, order, { priority: 12 }).catch((error) => {
 *   if (error instanceof EnqueueRefused) console.error(error.code, error.pointer); // bad_option /priority
 * });
 * ```
 */
export class EnqueueRefused extends NamedError {
  /** The name of the class, in bundles too. */
  static override readonly name = 'EnqueueRefused';
  /** Why, as one word. */
  readonly code: RefusalCode;
  /** Which of the messages, counted from 0. */
  readonly index: number;
  /** Where in that message, as a JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** With `elsewhere`: the number of the database that the message belongs to, from 0. */
  readonly database?: number;
  /** With `elsewhere`: what that database is to be told as `place.asked`. */
  readonly asked?: boolean;

  constructor(
    refusal: Pick<EnqueueRefused, 'code' | 'index' | 'pointer' | 'database' | 'asked'> & {
      reason: string;
    },
    options?: ErrorOptions,
  ) {
    super(refusal.reason, options);
    this.code = refusal.code;
    this.index = refusal.index;
    this.pointer = refusal.pointer;
    if (refusal.database !== undefined) this.database = refusal.database;
    if (refusal.asked !== undefined) this.asked = refusal.asked;
  }
}
