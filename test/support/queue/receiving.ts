// A queue whose messages a carrier delivers, on a real database; the carrier does no more than remember what it was asked.
import type { Database } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type Queue, type QueuePolicy } from '#queue/declare/queue.ts';
import type { HandledBatch } from '#queue/receive/receive-batch.ts';
import { receiveBatch } from '#queue/receive/receive-batch.ts';
import type { Carrier, Received } from '#queue/receive/received.ts';
import type { ReceptionOptions } from '#queue/receive/reception.ts';
import { numbered } from '#test/support/numbered.ts';
import { type CountedDatabase, countStatements } from './intercept.ts';
import { type OpenQueues, openQueues } from './open-queues.ts';
import { received } from './wire.ts';

export interface Receiving extends OpenQueues {
  /** Hands a batch over, with a minute left unless told otherwise. */
  handle(batch: readonly Received[], changes?: Partial<ReceptionOptions>): Promise<Handed>;
  /** Copies of new messages with payloads { n: 0 } up to { n: count - 1 }, delivered for the first time unless told otherwise. */
  copies(count: number, given?: Partial<Pick<Received, 'count' | 'sentAtMs'>>): Received[];
  /** Lets leases end, and what waits be due. */
  passTime(): Promise<void>;
  /** The attempts of a message, in their order, and not that it was relayed. */
  attempts(copy: Received): Promise<{ attempt: number; outcome: string; error: string | null }[]>;
}

interface Handed extends HandledBatch {
  /** The places in the batch of those that nobody needs any more. */
  readonly gone: readonly number[];
  /** For how many seconds each of the others is hidden, by its place in the batch; only those that were. */
  readonly hidden: Readonly<Record<number, number>>;
  /** The places of those that were deleted before the invocation's end, in the order in which they were. */
  readonly deleted: readonly number[];
  readonly statements: CountedDatabase['statements'];
}

export const sqsQueue = (
  handler: Handler<{ readonly n: number }>,
  policy: Partial<QueuePolicy> = {},
): Queue =>
  defineQueue({
    name: 'carried',
    policy: { engine: 'sqs', ...policy },
    subscriptions: [on(numbered, handler)],
  });

export async function openReceiving(queue: Queue, ...others: Queue[]): Promise<Receiving> {
  const queues = await openQueues(queue, ...others);
  const { query } = queues;
  return {
    ...queues,
    async handle(batch, { database = queues.database, ...changes } = {}) {
      const counted = countStatements(database);
      const deleted: Received[] = [];
      const hidden = new Map<string, number>();
      const carrier: Carrier = {
        acknowledge: async (copies) => void deleted.push(...copies),
        async hide(waits) {
          for (const [{ key }, seconds] of waits) hidden.set(key, seconds);
        },
      };
      const options = { queue, log: queues.log, carrier, remainingMs: () => 60_000 };
      const handled = await receiveBatch(batch, {
        ...{ ...options, leaseSeconds: 90, database: counted as Database },
        ...changes,
      });
      const placeOf = ({ key }: Received) => batch.findIndex((copy) => copy.key === key);
      return {
        ...handled,
        gone: batch.flatMap(({ key }, n) => (handled.acknowledged.has(key) ? [n] : [])),
        hidden: Object.fromEntries(
          batch.flatMap(({ key }, n) => (hidden.has(key) ? [[n, hidden.get(key) ?? 0]] : [])),
        ),
        deleted: deleted.map(placeOf),
        statements: counted.statements,
      };
    },
    copies: (count, given) =>
      Array.from({ length: count }, (_, n) => received({ payload: { n } }, given)),
    async passTime() {
      await query(
        `update millrace.receipt
         set lease_expires_at = lease_expires_at - interval '1 year', due_at = due_at - interval '1 year'`,
      );
    },
    attempts: ({ message }) =>
      query(
        `select attempt, outcome, error ->> 'name' as error from millrace.attempt_log
         where message_id = $1 and outcome <> 'relayed'
         order by finished_at, attempt`,
        [message.id],
      ),
  };
}

/** How the same copies are delivered once more. */
export const again = (batch: readonly Received[]): Received[] =>
  batch.map((copy) => ({ ...copy, count: copy.count + 1 }));
