// A queue on SQS, driven through the SQL API as the relay and the SQS consumer do it.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { type Buried, buryReceived } from '#queue/routines/bury-received.ts';
import { type Receipt, receive } from '#queue/routines/receive.ts';
import { rounds } from '#queue/routines/rounds.ts';
import { type SettledReceived, settleReceived } from '#queue/routines/settle-received.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { type Claim, declareQueue, type SqlQueue } from './sql-queue.ts';

type Sql = TestDatabase['query'];

/** What the database remembers of a delivery. */
export interface ReceiptRow {
  readonly round: number;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly state: 'begun' | 'leased' | 'waiting' | 'ended' | 'given back';
}

/** Copies that were sent, and what settles them as relayed. */
interface Sent {
  readonly copies: WireMessage[];
  readonly relayed: () => Promise<unknown>;
}

export class SqsQueue {
  readonly queue: SqlQueue;
  readonly #sql: Sql;
  /** For a call that may be repeated as often as it takes. */
  readonly #budgetMs = 10_000;

  constructor(queue: SqlQueue, sql: Sql) {
    this.queue = queue;
    this.#sql = sql;
  }

  /** The same queue, driven on another connection. */
  on(client: Client): SqsQueue {
    const sql: Sql = async (text, parameters) => (await client.query(text, parameters)).rows;
    return new SqsQueue(this.queue.on(client), sql);
  }

  /** What of the queue is claimed and sent now: its copies, as they arrive for the first time. Nothing is settled yet. */
  async send(count = 10): Promise<Sent> {
    return this.sent(await this.queue.claim({ count }));
  }

  /** One whose relay has ended before it could say what became of it; see send. */
  async sendSuspect(): Promise<Sent> {
    return this.sent(await this.queue.claimSuspect());
  }

  /** What was claimed is sent, by whoever has the claim; see send. */
  async sent({ deliveries, token }: Claim): Promise<Sent> {
    const ids = deliveries.map(({ id }) => id);
    const call = { queue: this.queue.name, ids, budgetMs: this.#budgetMs };
    const known = await rounds({ query: this.#sql }, call);
    const copies = deliveries.map((delivery) => ({
      ...copyOf(delivery.id, this.queue.type),
      groupKey: delivery.groupKey,
      attempt: delivery.attempt - 1,
      round: known.get(delivery.id) ?? 0,
    }));
    const done = JSON.stringify([{ token, ids, ms: ids.map(() => 1), relayed: true }]);
    const text = `select millrace.settle($1, '[]', $2) as answer`;
    return { copies, relayed: () => this.#sql(text, [this.queue.name, done]) };
  }

  /** What of the queue is relayed now. */
  async relay(count = 10): Promise<WireMessage[]> {
    const { copies, relayed } = await this.send(count);
    await relayed();
    return copies;
  }

  /** Enqueues one and relays it. */
  async relayOne(options: object = {}): Promise<WireMessage> {
    await this.queue.enqueue(options);
    const [copy] = await this.relay();
    if (!copy) throw new Error('nothing was there to relay');
    return copy;
  }

  async receive(
    copies: readonly WireMessage[],
    { token = randomUUID() as string, count = 2, suspects = 0, leaseSeconds = 60 } = {},
  ): Promise<readonly Receipt[]> {
    const received = copies.map((message) => ({ message, count }));
    const call = { token, received, leaseSeconds, suspects };
    return receive(
      { query: this.#sql },
      { queue: this.queue.name, budgetMs: this.#budgetMs, ...call },
    );
  }

  /** One copy; see receive. */
  async receiveOne(
    copy: WireMessage,
    options: Parameters<SqsQueue['receive']>[1] = {},
  ): Promise<Receipt> {
    const [receipt] = await this.receive([copy], options);
    if (!receipt) throw new Error('receive answered nothing');
    return receipt;
  }

  async settle(token: string, ...results: object[]): Promise<SettledReceived> {
    return settleReceived(
      { query: this.#sql },
      { queue: this.queue.name, token, results: results as never, budgetMs: this.#budgetMs },
    );
  }

  async bury(copies: readonly WireMessage[], count = 100): Promise<Buried> {
    const received = copies.map((message) => ({ message, count }));
    return buryReceived(
      { query: this.#sql },
      { queue: this.queue.name, received, budgetMs: this.#budgetMs },
    );
  }

  async receipt(id: string): Promise<ReceiptRow | undefined> {
    const [row] = await this.#sql<ReceiptRow & Record<string, unknown>>(
      `select r.round, r.attempts, r.outcome,
         case
           when r.ended_at is not null then 'ended'
           when r.lease_expires_at is not null then 'leased'
           when r.outcome is not null then 'waiting'
           when r.lease_token is not null then 'given back'
           else 'begun'
         end as state
       from millrace.receipt r
       join millrace.queue q on q.id = r.queue_id
       where q.name = $1 and r.message_id = $2`,
      [this.queue.name, id],
    );
    return row;
  }

  /** Lets time pass: leases have ended, and what waits is due. */
  async passTime(): Promise<void> {
    await this.#sql(
      `update millrace.receipt r
       set lease_expires_at = case when r.lease_expires_at is not null then statement_timestamp() end,
         due_at = case when r.due_at is not null then statement_timestamp() end
       from millrace.queue q
       where q.id = r.queue_id and q.name = $1`,
      [this.queue.name],
    );
  }

  async status(id: string): Promise<string | undefined> {
    const [row] = await this.#sql<{ status: string }>(
      'select s.status from millrace.delivery_status s where s.queue = $1 and s.message_id = $2',
      [this.queue.name, id],
    );
    return row?.status;
  }
}

/** A copy of a message as it is sent for the first time. */
export const copyOf = (id: string, type: string): WireMessage => ({
  id,
  type,
  version: 1,
  payload: {},
  headers: null,
  createdAt: new Date().toISOString(),
  groupKey: null,
  attempt: 0,
  round: 0,
});

export async function declareSqsQueue(db: TestDatabase, policy: object = {}): Promise<SqsQueue> {
  return new SqsQueue(await declareQueue(db, { engine: 'sqs', ...policy }), db.query);
}
