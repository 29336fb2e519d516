import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersInside, buffersOf, lasting, plansOf } from '#test/support/sql/plans.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const db = await createDatabase();

interface Survey {
  maintenanceDue: boolean;
  since: string;
  now: string;
  queues: {
    queue: string;
    fresh: boolean;
    suspects: boolean;
    cursor: { priority: number }[];
    kibEach: number;
  }[];
}

async function survey(...queues: SqlQueue[]): Promise<Survey> {
  const names = queues.map(({ name }) => name);
  const text = 'select millrace.survey($1) as survey';
  const [row] = await db.query<{ survey: Survey }>(text, [names]);
  if (!row) throw new Error('no survey');
  return row.survey;
}

test('leaves out queues that are idle, paused, not asked for or not declared', async () => {
  const [idle, paused, busy, other] = [
    await declareQueue(db),
    await declareQueue(db),
    await declareQueue(db),
    await declareQueue(db),
  ];
  for (const queue of [paused, busy, other]) await queue.enqueue();
  await paused.pause();
  const { queues } = await survey(idle, paused, busy);
  expect(queues.map(({ queue }) => queue)).toEqual([busy.name]);
  const [row] = await db.query(`select millrace.survey('{nobody}') -> 'queues' as queues`);
  expect(row).toEqual({ queues: [] });
});

test('calls a queue idle whose deliveries are scheduled, blocked or under a lease', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([{ delaySeconds: 60 }, { groupKey: 'g' }, { groupKey: 'g' }, {}]);
  await queue.claim({ count: 2 });
  expect((await survey(queue)).queues).toEqual([]);
  await queue.makeDue();
  expect((await survey(queue)).queues).toMatchObject([{ fresh: true, suspects: false }]);
});

test('answers a cursor at the start of each level that has work', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { priority: 9 },
    { priority: 3, delaySeconds: 60 },
    { priority: 2 },
    { priority: 9 },
  ]);
  const [work] = (await survey(queue)).queues;
  expect(work?.cursor.map(({ priority }) => priority)).toEqual([2, 9]);
  const { deliveries } = await queue.claim({ count: 10, cursor: work?.cursor ?? null });
  expect(deliveries).toHaveLength(3);
});

test('tells how large the first messages are on average', async () => {
  const queue = await declareQueue(db);
  const sizes = async () => (await survey(queue)).queues.map(({ kibEach }) => kibEach);
  await queue.enqueueMany(Array(12).fill({}));
  expect(await sizes()).toEqual([1]);
  await db.query(`update millrace.parcel set kibs = array_fill(9::smallint, '{12}')`);
  expect(await sizes()).toEqual([9]);
  // Three of 1 KiB beside twelve of 9.
  for (let single = 0; single < 3; single += 1) await queue.enqueue();
  expect(await sizes()).toEqual([7]);
});

test('calls maintenance due when it was last done an hour ago', async () => {
  const own = await createDatabase();
  const isDue = async () =>
    (await own.query(`select millrace.survey('{}') ->> 'maintenanceDue' as due`))[0];
  await own.query('select millrace.maintain()');
  expect(await isDue()).toEqual({ due: 'false' });
  await own.query(`update millrace.setting set maintained_at = maintained_at - interval '61 min'`);
  expect(await isDue()).toEqual({ due: 'true' });
});

test.each([
  ['scheduled', `statement_timestamp() + interval '1 day'`, null],
  ['blocked', `'infinity'`, 'g'],
])(
  'reads as little with 100,000 %s deliveries on every level as with none',
  async (_, due, group) => {
    const queue = await declareQueue(db);
    await queue.enqueue({ priority: 9 });
    const client = await connect(db);
    const cost = async () =>
      buffersOf(
        await plansOf(client, () => client.query('select millrace.survey($1)', [[queue.name]])),
      );
    await cost();
    const before = await cost();
    await db.query(
      `insert into millrace.delivery (message_id, queue_id, available_at, priority, group_key)
     select gen_random_uuid(), q.id, ${due}, 1 + n % 9, $2
     from millrace.queue q, generate_series(1, 100000) as n
     where q.name = $1`,
      [queue.name, group],
    );
    await queue.enqueue({ priority: 9 });
    const growth = async () => [await cost()].filter((pages) => pages > before + 30);
    expect(await lasting(growth)).toEqual([]);
    expect((await survey(queue)).queues).toMatchObject([{ cursor: [{ priority: 9 }] }]);
  },
);

test('runs, and so plans in each session, no more than there is to look at', async () => {
  const queue = await declareQueue(db);
  const client = await connect(db);
  const statements = async () => {
    const text = 'select millrace.survey($1)';
    return (await plansOf(client, () => client.query(text, [[queue.name]]))).length;
  };
  // The call itself, who is writing, which queues have something, and the answer.
  const idle = await statements();
  expect(idle).toBe(4);
  await queue.enqueueMany(Array.from({ length: 10 }, () => ({})));
  // What there is, and the parcels' part of that.
  expect(await statements()).toBe(idle + 2);
  await queue.enqueue({ groupKey: 'a' });
  expect(await statements()).toBe(idle + 3);
});

describe('since', () => {
  const surveyOf = async ({ name }: SqlQueue, since?: string) => {
    const text = `select millrace.survey($1, coalesce($2::timestamptz, '-infinity')) as survey`;
    const [row] = await db.query<{ survey: Survey }>(text, [[name], since]);
    if (!row) throw new Error('no survey');
    return row.survey;
  };
  /** While nobody writes, in this database or in those of other tests. */
  const quietSurveyOf = async (queue: SqlQueue, since?: string) => {
    let surveyed = await surveyOf(queue, since);
    await waitUntil(async () => {
      surveyed = await surveyOf(queue, since);
      return surveyed.since !== (since ?? '-infinity');
    });
    return surveyed;
  };

  test('leaves nothing out that is live, under a lease or not', async () => {
    const queue = await declareQueue(db);
    await queue.enqueueMany([{}, {}]);
    await queue.makeDue();
    await db.query(
      `update millrace.delivery set available_at = statement_timestamp() - interval '1 hour'
       where queue_id = (select q.id from millrace.queue q where q.name = $1)`,
      [queue.name],
    );
    const held = await queue.claimOne();
    await queue.settle(done(await queue.claimOne()));
    const { since, queues } = await quietSurveyOf(queue);
    expect(queues).toEqual([]);
    const text = 'select available_at = $1 as oldest from millrace.delivery where message_id = $2';
    expect(await db.query(text, [since, held.id])).toEqual([{ oldest: true }]);
    await queue.settle(end('release', held));
    expect((await surveyOf(queue, since)).queues).toMatchObject([{ fresh: true }]);
  });

  test('is some seconds ago where nothing is live, and never goes back', async () => {
    const queue = await declareQueue(db);
    const { since, now } = await quietSurveyOf(queue);
    const text = 'select extract(epoch from $1::timestamptz - $2::timestamptz)::float8 as seconds';
    expect(await db.query(text, [now, since])).toEqual([{ seconds: 5 }]);
    const later = await quietSurveyOf(queue, since);
    expect(later.since > since).toBe(true);
    await queue.enqueue();
    expect((await surveyOf(queue, later.since)).queues).toMatchObject([{ fresh: true }]);
  });

  test('stays at the start while anybody writes, for that may be an older message', async () => {
    const queue = await declareQueue(db);
    const producer = await connect(db);
    await producer.query('begin');
    await queue.on(producer).enqueue();
    const { since } = await surveyOf(queue);
    expect(since).toBe('-infinity');
    await producer.query('commit');
    expect((await surveyOf(queue, since)).queues).toMatchObject([{ fresh: true }]);
  });

  test('walks finished parcels once, that cannot be vacuumed, and then no more', async () => {
    const queue = await declareQueue(db);
    const client = await connect(db);
    const reader = await connect(db);
    await reader.query(
      'begin isolation level repeatable read; select from millrace.delivery limit 1',
    );
    const finished = 5_000;
    await db.query(
      `insert into millrace.parcel (
         queue_id, priority, available_at, first_id, message_ids, kibs, lease_token, lease_expires_at
       )
       select q.id, 5, statement_timestamp() - interval '1 hour', made.id, array[made.id], '{1}', made.id,
         statement_timestamp() - interval '59 minutes'
       from millrace.queue q, generate_series(1, $2), gen_random_uuid() as made(id)
       where q.name = $1`,
      [queue.name, finished],
    );
    await db.query(
      'delete from millrace.parcel where queue_id = (select q.id from millrace.queue q where q.name = $1)',
      [queue.name],
    );
    await queue.enqueueMany(Array.from({ length: 10 }, () => ({})));
    const pages = async (since: string) => {
      const text = 'select millrace.survey($1, $2)';
      return buffersInside(await plansOf(client, () => client.query(text, [[queue.name], since])));
    };
    await pages('-infinity');
    expect(await pages('-infinity')).toBeLessThan(finished * 1.5);
    const { since } = await quietSurveyOf(queue);
    expect(await pages(since)).toBeLessThan(finished / 5);
    await reader.query('commit');
  });

  test('spares the next survey what is finished and cannot be vacuumed', async () => {
    const queue = await declareQueue(db);
    const client = await connect(db);
    const reader = await connect(db);
    await reader.query(
      'begin isolation level repeatable read; select from millrace.delivery limit 1',
    );
    await db.query(
      `insert into millrace.delivery (message_id, queue_id, available_at)
       select gen_random_uuid(), q.id, statement_timestamp() - interval '1 minute'
       from millrace.queue q, generate_series(1, 20000) where q.name = $1`,
      [queue.name],
    );
    await db.query(
      'delete from millrace.delivery where queue_id = (select q.id from millrace.queue q where q.name = $1)',
      [queue.name],
    );
    const pages = async (since: string) => {
      const text = 'select millrace.survey($1, $2)';
      return buffersInside(await plansOf(client, () => client.query(text, [[queue.name], since])));
    };
    await pages('-infinity');
    const walking = await pages('-infinity');
    const { since } = await quietSurveyOf(queue);
    expect(await pages(since)).toBeLessThan(walking / 5);
    await reader.query('commit');
  });
});
