// A queue of a test's own, driven through the SQL API on whichever connection the test chooses.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import {
  type Claimed,
  type ClaimedDelivery,
  claimedDeliveries,
} from '#queue/routines/claimed-delivery.ts';
import { grouped } from '#queue/routines/grouped-results.ts';
import type { Result } from '#queue/routines/result.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { everyDelivery, type Row } from './every-delivery.ts';

export type Delivery = ClaimedDelivery;

export interface Claim {
  readonly deliveries: Delivery[];
  readonly cursor: { priority: number; availableAt: string; sequence: number }[] | null;
  readonly limitedMs: number | null;
  readonly hasMore: boolean;
  readonly token: string;
}

export interface ClaimOptions {
  readonly count?: number | null;
  readonly token?: string;
  readonly cursor?: object | null;
  readonly repeated?: boolean;
}

interface SuspectOptions extends Pick<ClaimOptions, 'count' | 'token' | 'repeated'> {
  readonly alone?: boolean;
}

export interface SettleReport {
  readonly settled: number;
  readonly repeated: number;
  readonly dead: string[];
  readonly stale: string[];
}

export interface Enqueued {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly duplicate: boolean;
  /** Only with an idempotency key. */
  readonly idempotentUntil?: string;
}

/** An end of a claim: `settle` takes a list of them. */
export const end = (outcome: string, { id, token }: Delivery, more: object = {}) => ({
  id,
  token,
  outcome,
  ...more,
});
export const done = (delivery: Delivery, more: object = {}) => end('done', delivery, more);

/** Runs a statement and gives its rows. */
type Sql = TestDatabase['query'];

export class SqlQueue {
  readonly name: string;
  readonly type: string;
  readonly #sql: Sql;

  constructor(name: string, type: string, sql: Sql) {
    this.name = name;
    this.type = type;
    this.#sql = sql;
  }

  /** The same queue, driven on another connection. */
  on(client: Client): SqlQueue {
    const sql: Sql = async (text, parameters) => (await client.query(text, parameters)).rows;
    return new SqlQueue(this.name, this.type, sql);
  }

  async enqueue(options: object = {}, payload: unknown = {}): Promise<string> {
    const text = 'select millrace.enqueue($1, $2, $3) as answer';
    return this.#ask<string>(text, [this.type, JSON.stringify(payload), options]);
  }

  /** Messages of the queue's type unless they name another. */
  async enqueueMany(messages: object[]): Promise<Enqueued[]> {
    const typed = messages.map((message) => ({ type: this.type, ...message }));
    return this.#ask('select millrace.enqueue_many($1) as answer', [JSON.stringify(typed)]);
  }

  async claim(options: ClaimOptions = {}): Promise<Claim> {
    const { count = 1, token = randomUUID(), cursor = null, repeated = false } = options;
    const text = 'select * from millrace.claim($1, $2, $3, $4, $5)';
    const parameters = [this.name, token, count, cursor && JSON.stringify(cursor), repeated];
    return claimOf(await this.#row<Claimed>(text, parameters), token);
  }

  /** Claims exactly one, which has to be there. */
  async claimOne(): Promise<Delivery> {
    const [delivery] = (await this.claim()).deliveries;
    if (!delivery) throw new Error(`queue ${this.name} has nothing to claim`);
    return delivery;
  }

  async claimSuspects(options: SuspectOptions = {}): Promise<Claim & { dead: string[] }> {
    const { count = null, alone = false, token = randomUUID(), repeated = false } = options;
    const text = 'select dead, (claimed).* from millrace.claim_suspects($1, $2, $3, $4, $5)';
    const parameters = [this.name, token, count, alone, repeated];
    const row = await this.#row<Claimed & { dead: string[] }>(text, parameters);
    return { ...claimOf(row, token), dead: row.dead };
  }

  /** One suspect, whatever its past is. */
  async claimSuspect(): Promise<Claim & { dead: string[] }> {
    const first = await this.claimSuspects({ count: 1 });
    if (first.deliveries.length > 0 || first.limitedMs !== null) return first;
    const { dead, ...alone } = await this.claimSuspects({ alone: true });
    return { ...alone, dead: [...first.dead, ...dead] };
  }

  /** Takes suspects that are to be alone, and loses them: those whose attempt was the last are to die next. */
  async loseSuspects(): Promise<void> {
    let taken = 1;
    while (taken > 0) taken = (await this.claimSuspects({ alone: true })).deliveries.length;
    await this.expireLeases();
  }

  /** In the two forms that the engine uses. */
  async settle(...results: object[]): Promise<SettleReport> {
    const { others, done } = forms(results);
    const text = 'select millrace.settle($1, $2, $3) as answer';
    return this.#ask(text, [this.name, others, done]);
  }

  /** With every result as an object of its own, as somebody with one or two of them would. */
  async settleEach(...results: object[]): Promise<SettleReport> {
    const text = 'select millrace.settle($1, $2) as answer';
    return this.#ask(text, [this.name, JSON.stringify(results)]);
  }

  async settleAndClaim(
    results: object[],
    options: ClaimOptions = {},
  ): Promise<{ settled: SettleReport; claimed: Claim }> {
    const { count = 1, token = randomUUID(), cursor = null, repeated = false } = options;
    const { others, done } = forms(results);
    const text =
      'select settled, (claimed).* from millrace.settle_and_claim($1, $2, $3, $4, $5, $6, $7)';
    const parameters = [this.name, others, done, token, count, cursor && JSON.stringify(cursor)];
    const row = await this.#row<Claimed & { settled: SettleReport }>(text, [
      ...parameters,
      repeated,
    ]);
    return { settled: row.settled, claimed: claimOf(row, token) };
  }

  async extend(...leases: { id: string; token: string }[]): Promise<string[]> {
    const text = 'select millrace.extend($1, $2) as answer';
    return this.#ask(text, [this.name, JSON.stringify(leases)]);
  }

  async pause(isPaused = true): Promise<void> {
    const text = 'update millrace.queue set is_paused = $2 where name = $1';
    await this.#sql(text, [this.name, isPaused]);
  }

  /** Parts its parcels: what is done to rows of delivery then meets all of the queue. */
  async part(): Promise<void> {
    const places =
      'select p.ctid from millrace.parcel p join millrace.queue q on q.id = p.queue_id';
    await this.#sql(`select millrace.part(array(${places} where q.name = $1))`, [this.name]);
  }

  /** Lets time pass for leases: those that are held now have ended. */
  async expireLeases(): Promise<void> {
    for (const table of ['delivery', 'parcel'])
      await this.#sql(
        `update millrace.${table} set lease_expires_at = statement_timestamp() - interval '1 second'
         where lease_expires_at is not null
           and queue_id = (select q.id from millrace.queue q where q.name = $1)`,
        [this.name],
      );
  }

  /** Lets time pass for what is scheduled: it is due, in the order in which it would have been. */
  async makeDue(): Promise<void> {
    await this.#sql(
      `update millrace.delivery set available_at = available_at - interval '10 years'
       where available_at > statement_timestamp() and available_at < millrace.held_back_from()
         and queue_id = (select q.id from millrace.queue q where q.name = $1)`,
      [this.name],
    );
  }

  /** Its live deliveries, those in parcels before the single ones, each in sequence order. */
  async rows(): Promise<Row[]> {
    return this.#sql<Row>(
      `select d.message_id as id, s.status, s.attempt, d.priority, d.group_key as "groupKey",
         d.lease_token as token,
         extract(epoch from d.lease_expires_at - statement_timestamp())::float8 as "leaseEndsIn",
         case when d.available_at = 'infinity' then 'infinity'
           else extract(epoch from d.available_at - statement_timestamp())::float8 end as "dueIn"
       from (${everyDelivery}) as d
       join millrace.queue q on q.id = d.queue_id
       join millrace.delivery_status s on s.message_id = d.message_id and s.queue = q.name
       where q.name = $1
       order by d.position is null, d.sequence, d.position`,
      [this.name],
    );
  }

  /** Its finished attempts, in the order in which they were written, of one message or of all. */
  async attempts(id?: string): Promise<{ outcome: string; attempt: number; error: unknown }[]> {
    return this.#sql(
      `select a.outcome, a.attempt, a.error
       from millrace.attempt_log a
       where a.queue = $1 and a.message_id = coalesce($2, a.message_id)
       order by a.finished_at, a.attempt`,
      [this.name, id],
    );
  }

  async deadLetters(): Promise<{ id: string; attempts: number; error: unknown }[]> {
    return this.#sql(
      `select l.message_id as id, l.attempts, l.error
       from millrace.dead_letter l
       join millrace.queue q on q.id = l.queue_id
       where q.name = $1
       order by l.died_at, l.message_id`,
      [this.name],
    );
  }

  async #ask<Answer>(text: string, parameters: unknown[]): Promise<Answer> {
    return (await this.#row<{ answer: Answer }>(text, parameters)).answer;
  }

  async #row<Row extends object>(text: string, parameters: unknown[]): Promise<Row> {
    const [row] = await this.#sql<Row>(text, parameters);
    if (!row) throw new Error(`${text} gave no row`);
    return row;
  }
}

const claimOf = (row: Claimed, token: string): Claim => ({
  deliveries: claimedDeliveries(row, token),
  cursor: row.cursor as Claim['cursor'],
  limitedMs: row.limited_ms,
  hasMore: row.has_more ?? false,
  token,
});

function forms(results: object[]) {
  const { done, others } = grouped(results as Result[]);
  return { done: JSON.stringify(done), others: JSON.stringify(others) };
}

type Rate = `rate${'' | 'PerKey'}${'Starts' | 'Seconds' | 'Burst'}`;

interface Policy extends Partial<Record<Rate, number | undefined>> {
  readonly leaseSeconds?: number;
  readonly maxAttempts?: number;
  readonly retryBaseSeconds?: number;
  readonly retryMaximumSeconds?: number;
  readonly groupConcurrency?: number;
  readonly deadBlocksGroup?: boolean;
  readonly maxInFlight?: number | undefined;
  readonly maxDepth?: number;
  readonly engine?: 'sqs' | 'sqs-fifo';
  readonly fair?: boolean;
  readonly maxInFlightPerKey?: number | undefined;
  /** The message type that it subscribes to; one of its own unless another queue's is given. */
  readonly type?: string;
}

type Declared = Policy & { readonly name: string; readonly type: string };

const declared = new WeakMap<TestDatabase, readonly Declared[]>();

/** Declares one more queue, subscribed to a type that nobody else enqueues. */
export async function declareQueue(db: TestDatabase, policy: Policy = {}): Promise<SqlQueue> {
  const mark = randomUUID().slice(0, 8);
  const queue = {
    name: `queue-${mark}`,
    type: `test.type_${mark}`,
    leaseSeconds: 60,
    maxAttempts: 3,
    retryBaseSeconds: 10,
    retryMaximumSeconds: 3600,
    ...policy,
  };
  await sync(db, [...(declared.get(db) ?? []), queue]);
  return new SqlQueue(queue.name, queue.type, db.query);
}

/** Declares a queue anew, as a deployment does, with some of its policy changed. */
export async function changePolicy(
  db: TestDatabase,
  { name }: SqlQueue,
  changes: Policy,
): Promise<void> {
  const queues = declared.get(db) ?? [];
  await sync(
    db,
    queues.map((queue) => (queue.name === name ? { ...queue, ...changes } : queue)),
  );
}

async function sync(db: TestDatabase, queues: readonly Declared[]): Promise<void> {
  declared.set(db, queues);
  const types = new Set(queues.map(({ type }) => type));
  const declaration = {
    retentionDays: 30,
    messageTypes: Array.from(types, (name) => ({ name, public: false })),
    queues: queues.map(({ type, ...queue }) => ({ ...queue, types: [type] })),
  };
  await db.query('select millrace.sync($1)', [declaration]);
}
