// What SQS has accepted leaves Postgres: settled as relayed, in whatever row it lies.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase();
});

const relayed = (delivery: Delivery) => end('relayed', delivery);
const statuses = (queue: SqlQueue) =>
  db.query(
    `select status, attempt, finished_at is null as is_open, count(*)::int
     from millrace.delivery_status where queue = $1 group by 1, 2, 3 order by 1`,
    [queue.name],
  );
const statusOf = async (id: string) => {
  const [row] = await db.query<{ status: { status: string; deliveries: { status: string }[] } }>(
    'select millrace.status($1) as status',
    [id],
  );
  return row?.status;
};
const left = async () =>
  (await db.query('select from millrace.delivery union all select from millrace.parcel')).length;

const forms = [
  ['a single row', 1, 1],
  ['a parcel', 20, 20],
  ['most of a parcel', 20, 15],
  ['little of a parcel', 20, 1],
  ['several parcels', 250, 250],
] as const;

test.each(forms)('leaves nothing in Postgres: %s', async (_, count, ended) => {
  const queue = await declareQueue(db, { engine: 'sqs' });
  const sent = await queue.enqueueMany(Array.from({ length: count }, () => ({})));
  const { deliveries } = await queue.claim({ count });
  const before = await left();
  const report = await queue.settle(...deliveries.slice(0, ended).map(relayed));
  expect(report).toEqual({ settled: ended, repeated: 0, dead: [], stale: [] });
  const rest = count - ended;
  expect(await statuses(queue)).toEqual([
    ...(rest > 0 ? [{ status: 'processing', attempt: 1, is_open: true, count: rest }] : []),
    { status: 'relayed', attempt: 0, is_open: true, count: ended },
  ]);
  if (rest === 0) expect(await left()).toBeLessThan(before);
  const [first] = deliveries;
  expect(sent.map(({ id }) => id)).toContain(first?.id);
  expect(await queue.attempts(first?.id ?? '')).toMatchObject([{ outcome: 'relayed', attempt: 0 }]);
  expect(await statusOf(first?.id ?? '')).toMatchObject({
    status: 'relayed',
    deliveries: [{ status: 'relayed', availableAt: null, finishedAt: null, result: null }],
  });
});

test('is told again when its answer was lost, and is fenced by its lease', async () => {
  const queue = await declareQueue(db, { engine: 'sqs' });
  await queue.enqueue();
  const delivery = await queue.claimOne();
  const stale = { ...delivery, token: randomUUID() };
  expect(await queue.settle(relayed(stale))).toMatchObject({ settled: 0, stale: [delivery.id] });
  expect(await queue.settle(relayed(delivery))).toMatchObject({ settled: 1, repeated: 0 });
  expect(await queue.settle(relayed(delivery))).toMatchObject({ settled: 0, repeated: 1 });
  expect(await queue.attempts(delivery.id)).toHaveLength(1);
});

test('goes beside results of other kinds', async () => {
  const queue = await declareQueue(db, { engine: 'sqs' });
  await queue.enqueueMany(Array.from({ length: 4 }, () => ({})));
  const claims = [await queue.claim({ count: 2 }), await queue.claim({ count: 2 })];
  const [sent, refused, released, old] = claims.flatMap(({ deliveries }) => deliveries);
  if (!sent || !refused || !released || !old) throw new Error('four were enqueued');
  const report = await queue.settle(
    relayed(sent),
    end('dead', refused, { error: { name: 'InvalidMessageContents' } }),
    end('release', released),
    done(old),
  );
  expect(report).toEqual({ settled: 4, repeated: 0, dead: [refused.id], stale: [] });
  for (const [delivery, status] of [
    [sent, 'relayed'],
    [refused, 'dead'],
    [released, 'pending'],
    [old, 'done'],
  ] as const)
    expect((await statusOf(delivery.id))?.status).toBe(status);
});

test('lets its group go on', async () => {
  const queue = await declareQueue(db, { engine: 'sqs-fifo' });
  const [first, second] = await queue.enqueueMany([{ groupKey: 'g' }, { groupKey: 'g' }]);
  const head = await queue.claimOne();
  expect(head.id).toBe(first?.id);
  expect((await queue.claim()).deliveries).toEqual([]);
  await queue.settle(relayed(head));
  expect((await queue.claimOne()).id).toBe(second?.id);
});

describe('what became of it in SQS', () => {
  const endsInSqs = (queue: SqlQueue, id: string, outcome: string) =>
    db.query(
      `insert into millrace.attempt (message_id, lease_token, started_at, outcome, queue_id, attempt)
       select $1, gen_random_uuid(), statement_timestamp(), $2::millrace.attempt_outcome, q.id, 1
       from millrace.queue q where q.name = $3`,
      [id, outcome, queue.name],
    );

  test.each([1, 20])(
    'is shown, although it had ended before that was told, of %d',
    async (count) => {
      const queue = await declareQueue(db, { engine: 'sqs' });
      await queue.enqueueMany(Array.from({ length: count }, () => ({})));
      const { deliveries } = await queue.claim({ count });
      for (const { id } of deliveries) await endsInSqs(queue, id, 'done');
      await queue.settle(...deliveries.map(relayed));
      expect(await statuses(queue)).toMatchObject([{ status: 'done', attempt: 1, count }]);
      const [{ id } = { id: '' }] = deliveries;
      expect(await statusOf(id)).toMatchObject({
        status: 'done',
        deliveries: [{ attempts: [{ outcome: 'relayed' }, { outcome: 'done' }] }],
      });
    },
  );

  test('does not hide that it was sent round again', async () => {
    const queue = await declareQueue(db, { engine: 'sqs' });
    const id = await queue.enqueue();
    await queue.settle(relayed(await queue.claimOne()));
    await endsInSqs(queue, id, 'retry');
    expect((await statusOf(id))?.status).toBe('relayed');
    await endsInSqs(queue, id, 'done');
    expect((await statusOf(id))?.status).toBe('done');
    await db.query('select millrace.replay($1)', [id]);
    expect((await statusOf(id))?.status).toBe('pending');
    await queue.settle(relayed(await queue.claimOne()));
    expect((await statusOf(id))?.status).toBe('relayed');
    expect(await statuses(queue)).toMatchObject([{ status: 'relayed', count: 1 }]);
  });
});
