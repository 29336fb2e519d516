// Enqueues on a connection that the application has already, in the transaction that is open on it. The first file to open
// in produce/, which is for producers in TypeScript whose rows lie in the same database. It neither opens nor repeats
// anything, and leaves every setting of the connection as it is: they are the application's.
import type { EnqueueOptions } from '#queue/declare/enqueue-options.ts';
import type { AnyMessageType, PayloadInput } from '#queue/declare/message-type.ts';
import { type Enqueued, enqueuedOf } from '#queue/routines/enqueue.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { type Connection, runEnqueue } from './connection.ts';
import { type MessageToEnqueue, message } from './message.ts';
import { refusalWithin } from './refusal-within.ts';
import { requirePayloads } from './require-payloads.ts';

/**
 * Enqueues one message by one statement, in the transaction that is open on the connection, or else in one of its own:
 * nobody sees the message before that commits, and after a rollback it was never there. For the options, their ranges and
 * defaults see EnqueueOptions.
 *
 * The payload is checked against the type's schema first: an EnqueueRefused with the code `invalid_payload`, or for a
 * version that the type does not have, has asked the database nothing. Any other is the database's, whose error is its
 * cause; a transaction takes no statement after that but a rollback, as after every error. What else goes wrong is thrown
 * as the library has it, or the schema; a TypeError says that JSON cannot carry the payload, or that the connection has
 * answered no row.
 *
 * An idempotency key that another open transaction of the same login holds is waited for, at most for the connection's own
 * `lock_timeout`, which by Postgres's default has no end.
 *
 * @example
 * ```ts
 * await client.query('begin');
 * await client.query('insert into customer_order (id) values ($1)', ['order-1001']);
 * await enqueue(client, orderPlaced, { orderId: 'order-1001' }, { priority: 2 });
 * await client.query('commit');
 * ```
 */
export async function enqueue<Type extends AnyMessageType>(
  connection: Connection,
  type: Type,
  payload: PayloadInput<Type>,
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  return onlyRow(await enqueueMany(connection, [message(type, payload, options)]));
}

/**
 * Enqueues all messages or none by one statement, and answers in their order. Otherwise as `enqueue`; a refusal's `index`
 * says which message it is. One call takes all its idempotency keys in one order, so two of them never wait for each other
 * in a circle, as several calls in one transaction can.
 *
 * @example
 * ```ts
 * await enqueueMany(client, [
 *   message(orderPlaced, { orderId: 'order-1001' }),
 *   message(paymentCaptured, { orderId: 'order-1001', amountCents: 1250 }, { delaySeconds: 60 }),
 * ]);
 * ```
 */
export async function enqueueMany(
  connection: Connection,
  messages: readonly MessageToEnqueue[],
): Promise<Enqueued[]> {
  await requirePayloads(messages);
  const contents = messages.map(({ content }) => content);
  try {
    return enqueuedOf(JSON.parse(await runEnqueue(connection, contents)), contents);
  } catch (error) {
    throw refusalWithin(error) ?? error;
  }
}
