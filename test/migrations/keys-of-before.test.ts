// A database in use, from before idempotency keys had owners: its keys keep their meaning until their window ends.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout, earlierCheckout } from '#test/support/migrations/checkout.ts';
import { connect } from '#test/support/sql/connect.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import type { Enqueued } from '#test/support/sql/sql-queue.ts';

const changed = defineMessageType({ name: 'cart.changed', payload: z.unknown() });
const registry = defineRegistry({
  queues: [defineQueue({ name: 'carts', subscriptions: [on(changed, () => {})] })],
});

/** A message that waits under a key, as the release with the tables up to 0019 has left it. */
async function leave({ query }: TestDatabase, key: string, isOver = false): Promise<string> {
  const [id, payload] = [uuidV7(), '{"n": 1}'];
  await query(`insert into millrace.message (id, type, payload) values ($1, $2, $3)`, [
    id,
    changed.name,
    payload,
  ]);
  await query(
    `insert into millrace.delivery (message_id, queue_id, available_at)
     select $1, q.id, now() from millrace.queue q where q.name = 'carts'`,
    [id],
  );
  await query(
    `insert into millrace.idempotency_key (type, key, message_id, payload_hash, expires_at)
     values ($1, $2, $3, decode($4, 'hex'), now() + $5::interval)`,
    [
      changed.name,
      key,
      id,
      createHash('sha256').update(payload).digest('hex'),
      isOver ? '-1 second' : '1 hour',
    ],
  );
  return id;
}

async function setup() {
  const db = await createDatabase({ empty: true });
  await (await earlierCheckout('0019')).migrate(db.url);
  await db.query(`insert into millrace.message_type (name, is_public) values ($1, false)`, [
    changed.name,
  ]);
  await db.query(
    `insert into millrace.queue (id, name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds)
     values (1, 'carts', 60, 3, 1, 60)`,
  );
  const left = {
    kept: await leave(db, 'kept'),
    replaced: await leave(db, 'replaced'),
    over: await leave(db, 'over', true),
  };
  const { applied } = await (await copyCheckout()).migrate(db.url, { registry });
  expect(applied).toContain('migrations/tables/0020_owners.sql');
  const enqueue = async (
    caller: string,
    idempotencyKey: string,
    payload: unknown,
    more: object = {},
  ) => {
    const message = { type: changed.name, idempotencyKey, payload, ...more };
    const [row] = await db.query<{ answer: Enqueued[] }>(
      'select millrace.enqueue_many($1, $2) as answer',
      [JSON.stringify([message]), caller],
    );
    return row?.answer[0];
  };
  const waiting = async () =>
    (await db.query<{ id: string }>('select message_id as id from millrace.delivery')).map(
      ({ id }) => id,
    );
  return { db, left, enqueue, waiting };
}

test('keys of a release before owners go on standing for their messages, for everybody', async () => {
  const { left, enqueue, waiting } = await setup();
  for (const caller of ['key:shop', 'key:other'])
    expect(await enqueue(caller, 'kept', { n: 1 })).toMatchObject({
      id: left.kept,
      duplicate: true,
      idempotentUntil: expect.any(String),
    });
  expect(await refusalOf(enqueue('key:shop', 'kept', { n: 2 }))).toMatchObject({
    code: 'MR007',
    pointer: '/idempotencyKey',
  });
  expect(await waiting()).toHaveLength(3);
  // One whose window is over is free, for each owner.
  const ids = [];
  for (const caller of ['key:shop', 'key:other'])
    ids.push(await enqueue(caller, 'over', { n: caller }));
  expect(ids.map((each) => each?.duplicate)).toEqual([false, false]);
});

test('nobody takes back what such a key stands for, but starts one of their own', async () => {
  const { left, enqueue, waiting } = await setup();
  const replace = (n: number) => enqueue('key:shop', 'replaced', { n }, { replace: true });
  const first = await replace(2);
  expect(first).toMatchObject({ duplicate: false });
  expect(await waiting()).toContain(left.replaced);
  const second = await replace(3);
  expect(await waiting()).toEqual(expect.arrayContaining([left.replaced, second?.id]));
  expect(await waiting()).not.toContain(first?.id);
  expect(await enqueue('key:shop', 'replaced', { n: 3 })).toMatchObject({ id: second?.id });
  // For everybody else it still stands for the message of before.
  expect(await enqueue('key:other', 'replaced', { n: 1 })).toMatchObject({ id: left.replaced });
});

test('a key that is taken between the tables and the routines of the migration stands as well', async () => {
  const db = await createDatabase({ empty: true });
  const between = await earlierCheckout('0020');
  const keyedMessages = 'migrations/routines/enqueue/internal/keyed_messages.sql';
  await between.write('routines/keyed_messages.sql', await readFile(keyedMessages, 'utf8'));
  await between.migrate(db.url);
  const message = { id: uuidV7(), type: changed.name, idempotencyKey: 'k', payload: { n: 1 } };
  // What the routines of the release before call; again it changes nothing.
  for (const id of [message.id, uuidV7()])
    await db.query('select millrace.take_keys($1)', [JSON.stringify([{ ...message, id }])]);
  await db.query('insert into millrace.message (id, type, payload) values ($1, $2, $3)', [
    message.id,
    message.type,
    message.payload,
  ]);
  await (await copyCheckout()).migrate(db.url, { registry });
  const repeated = { ...message, id: uuidV7() };
  const [row] = await db.query('select millrace.enqueue_many($1) -> 0 as answer', [
    JSON.stringify([repeated]),
  ]);
  expect(row?.['answer']).toMatchObject({ id: message.id, duplicate: true });
});

test('maintenance clears them when their window is over', async () => {
  const { db } = await setup();
  await db.query('update millrace.idempotency_key set expires_at = now()');
  const client = await connect(db);
  await client.query('select millrace.maintain()');
  expect(await db.query('select from millrace.idempotency_key')).toEqual([]);
});
