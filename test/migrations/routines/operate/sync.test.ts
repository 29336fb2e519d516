import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { copyCheckout } from '#test/support/migrations/checkout.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connections } from '#test/support/sql/connect.ts';

const placed = defineMessageType({ name: 'order.placed', payload: z.object({}), public: true });
const shipped = defineMessageType({ name: 'order.shipped', payload: z.object({}) });

const queue = (name: string, types: AnyMessageType[], policy: object = {}) =>
  defineQueue({ name, policy, subscriptions: types.map((type) => on(type, () => {})) });

async function setup() {
  const db = await createDatabase();
  const checkout = await copyCheckout();
  const declare = (...queues: ReturnType<typeof queue>[]) =>
    checkout.migrate(db.url, {
      registry: defineRegistry({ queues, messageTypes: [placed], retentionDays: 45 }),
    });
  return { db, declare };
}

test('says beside each type which queues get its messages, unless one limits its depth', async () => {
  const { db, declare } = await setup();
  const plainQueues = () =>
    db.query(
      `select t.name as type, t.plain_queues is null as is_unknown, array(
         select q.name from millrace.queue q where q.id = any (t.plain_queues) order by 1
       ) as queues
       from millrace.message_type t order by 1`,
    );
  const plain = (type: string, ...queues: string[]) => ({ type, is_unknown: false, queues });
  const unknown = (type: string) => ({ type, is_unknown: true, queues: [] });

  await declare(queue('payments', [placed]), queue('mail', [placed, shipped]));
  expect(await plainQueues()).toEqual([
    plain('order.placed', 'mail', 'payments'),
    plain('order.shipped', 'mail'),
  ]);
  await declare(queue('payments', [placed], { maxDepth: 5 }), queue('mail', [shipped]));
  expect(await plainQueues()).toEqual([unknown('order.placed'), plain('order.shipped', 'mail')]);
  await declare(queue('payments', []));
  expect(await plainQueues()).toEqual([plain('order.placed'), unknown('order.shipped')]);
});

test('copies types, queues, policies and subscriptions', async () => {
  const { db, declare } = await setup();
  await declare(
    queue('payments', [placed], { leaseSeconds: 33, maxAttempts: 4, retryBaseSeconds: 0.5 }),
    queue('mail', [placed, shipped]),
  );
  expect(
    await db.query('select name, is_public, is_declared from millrace.message_type order by 1'),
  ).toEqual([
    { name: 'order.placed', is_public: true, is_declared: true },
    { name: 'order.shipped', is_public: false, is_declared: true },
  ]);
  expect(
    await db.query(
      `select name, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds, is_declared, is_paused
       from millrace.queue order by 1`,
    ),
  ).toMatchObject([
    { name: 'mail', is_declared: true, is_paused: false },
    {
      name: 'payments',
      lease_seconds: 33,
      max_attempts: 4,
      retry_base_seconds: 0.5,
      is_declared: true,
    },
  ]);
  expect(
    await db.query(
      `select q.name, s.type from millrace.subscription s join millrace.queue q on q.id = s.queue_id order by 1, 2`,
    ),
  ).toEqual([
    { name: 'mail', type: 'order.placed' },
    { name: 'mail', type: 'order.shipped' },
    { name: 'payments', type: 'order.placed' },
  ]);
  expect(await db.query('select retention_days from millrace.setting')).toEqual([
    { retention_days: 45 },
  ]);
});

test('keeps and marks what is declared no more, and gives it no new deliveries', async () => {
  const { db, declare } = await setup();
  await declare(queue('payments', [placed]), queue('mail', [placed, shipped]));
  const before = await db.query('select name, id from millrace.queue order by 1');
  await db.query(`select millrace.enqueue('order.placed', '{}')`);
  await declare(queue('payments', [placed]));
  expect(await db.query('select name, id from millrace.queue order by 1')).toEqual(before);
  expect(await db.query('select name from millrace.queue where not is_declared')).toEqual([
    { name: 'mail' },
  ]);
  expect(await db.query('select name from millrace.message_type where not is_declared')).toEqual([
    { name: 'order.shipped' },
  ]);
  await db.query(`select millrace.enqueue('order.placed', '{}')`);
  expect(
    await db.query(
      'select queue, count(*)::int from millrace.delivery_status group by 1 order by 1',
    ),
  ).toEqual([
    { queue: 'mail', count: 1 },
    { queue: 'payments', count: 2 },
  ]);
});

test('refuses messages of a type that is declared no more', async () => {
  const { db, declare } = await setup();
  await declare(queue('mail', [placed, shipped]));
  await declare(queue('mail', [placed]));
  const mixed = [{ type: 'order.placed' }, { type: 'order.shipped' }];
  await expect(
    db.query('select millrace.enqueue_many($1)', [JSON.stringify(mixed)]),
  ).rejects.toMatchObject({ code: 'MR001', detail: '{"index" : 1, "pointer" : "/type"}' });
  expect(await db.query('select from millrace.message')).toEqual([]);
});

test('takes back what is declared again, with its id and still paused', async () => {
  const { db, declare } = await setup();
  await declare(queue('mail', [shipped]));
  const [before] = await db.query<{ id: number }>(
    'update millrace.queue set is_paused = true returning id',
  );
  await declare();
  await declare(queue('mail', [shipped], { maxAttempts: 7 }));
  expect(
    await db.query('select id, is_declared, is_paused, max_attempts from millrace.queue'),
  ).toEqual([{ id: before?.id, is_declared: true, is_paused: true, max_attempts: 7 }]);
  expect(await db.query('select is_declared from millrace.message_type')).toEqual([
    { is_declared: true },
    { is_declared: true },
  ]);
});

test('changes nothing the second time', async () => {
  const { db, declare } = await setup();
  const state = () =>
    db.query(
      `select q.name, q.id, q.is_declared, s.type
       from millrace.queue q left join millrace.subscription s on s.queue_id = q.id order by 1, 4`,
    );
  const queues = [queue('payments', [placed]), queue('mail', [placed, shipped])];
  await declare(...queues);
  const before = await state();
  await declare(...queues);
  expect(await state()).toEqual(before);
});

test('never shows an enqueue a moment without subscriptions', async () => {
  const { db, declare } = await setup();
  const queues = [queue('payments', [placed])];
  await declare(...queues);
  let isDeclaring = true;
  const declaring = (async () => {
    for (let n = 0; n < 5; n += 1) await declare(...queues);
    isDeclaring = false;
  })();
  let enqueued = 0;
  for (; isDeclaring; enqueued += 1)
    await db.query(`select millrace.enqueue('order.placed', '{}')`);
  await declaring;
  expect(await db.query('select count(*)::int from millrace.delivery')).toEqual([
    { count: enqueued },
  ]);
});

describe("a queue's id", () => {
  const declareEach = (names: readonly string[]) => ({
    retentionDays: 30,
    messageTypes: [],
    queues: names.map((name) => ({
      name,
      leaseSeconds: 60,
      maxAttempts: 3,
      retryBaseSeconds: 1,
      retryMaximumSeconds: 1,
      types: [],
    })),
  });
  const ids = async (db: TestDatabase) =>
    Object.fromEntries(
      (await db.query<{ name: string; id: number }>('select name, id from millrace.queue')).map(
        ({ name, id }) => [name, id],
      ),
    );

  test('is the next one after a thousand deployments and a failed one', async () => {
    const db = await createDatabase();
    const sync = (...names: string[]) => db.query('select millrace.sync($1)', [declareEach(names)]);
    await sync('b', 'a');
    await db.query('select millrace.sync($1) from generate_series(1, 1000)', [
      declareEach(['a', 'b']),
    ]);
    await db.query('begin');
    await sync('a', 'b', 'c');
    await db.query('rollback');
    await sync('a', 'b', 'c');
    expect(await ids(db)).toEqual({ b: 1, a: 2, c: 3 });
  });

  test('is to be had where older releases have used them up', async () => {
    const db = await createDatabase();
    await db.query('select millrace.sync($1)', [declareEach(['first', 'last'])]);
    await db.query("update millrace.queue set id = 32767 where name = 'last'");
    await db.query('select millrace.sync($1)', [declareEach(['first', 'last', 'new', 'newer'])]);
    expect(await ids(db)).toEqual({ first: 1, last: 32767, new: 2, newer: 3 });
  });

  test('is given once, to whichever of two deployments was first', async () => {
    const db = await createDatabase();
    const [one, other] = await connections(db, 2);
    if (!one || !other) throw new Error('no connections');
    await one.query('begin');
    await one.query('select millrace.sync($1)', [declareEach(['a', 'b'])]);
    const second = other.query('select millrace.sync($1)', [declareEach(['c', 'b'])]);
    await untilBlocked(db);
    await one.query('commit');
    await second;
    expect(await ids(db)).toEqual({ a: 1, b: 2, c: 3 });
  });

  test('is the only number that could ever run out', async () => {
    const db = await createDatabase();
    const narrow = await db.query(
      `select c.relname, a.attname
       from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'millrace'::regnamespace
         and (a.attidentity <> '' or exists (
           select from pg_attrdef d
           where d.adrelid = a.attrelid and d.adnum = a.attnum
             and pg_get_expr(d.adbin, d.adrelid) like '%nextval%'
         ))
         and a.atttypid <> 'bigint'::regtype`,
    );
    expect(narrow).toEqual([]);
  });
});

test('remembers the newest version of a type that any code has declared', async () => {
  const { db, declare } = await setup();
  const versioned = (version: number) => {
    const upcasters = version === 2 ? { 1: (older: unknown) => older } : {};
    return defineMessageType({ name: 'order.shipped', payload: z.object({}), version, upcasters });
  };
  const versions = async () =>
    (await db.query('select name, version from millrace.message_type order by 1')).map(
      ({ version }) => version,
    );
  await declare(queue('mail', [versioned(1)]));
  expect(await versions()).toEqual([1, 1]);
  await declare(queue('mail', [versioned(2)]));
  expect(await versions()).toEqual([1, 2]);
  await declare(queue('mail', [versioned(1)]));
  expect(await versions()).toEqual([1, 2]);
});
