// What a fair queue costs does not depend on how much waits in it, is delayed in it, or has ended in it.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connect } from '#test/support/sql/connect.ts';
import { buffersInside, buffersOf, nodesOf, type Plan, plansOf } from '#test/support/sql/plans.ts';
import { restAutovacuum } from '#test/support/sql/rest-autovacuum.ts';
import { declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
await restAutovacuum(db);

/** Deliveries, put into the table directly: an enqueue of so many would take its time. */
async function fill(
  { query }: TestDatabase,
  queue: SqlQueue,
  { keys, each, delayed }: { keys: number; each: number; delayed: number },
): Promise<void> {
  await query(
    `with m as (
       insert into millrace.message (id, type, payload)
       select millrace.uuid_v7(), $2, '1' from generate_series(1, $3::int * $4::int + $5::int) as n
       returning id
     ), numbered as (
       select m.id, row_number() over () - 1 as n from m
     )
     insert into millrace.delivery (message_id, queue_id, fairness_key, available_at, due_at, kib)
     select m.id, q.id, 'key ' || m.n % $3::int,
       case
         when m.n < $3::int * $4::int
           then '1000-01-01 00:00:00+00'::timestamptz + (1 + m.n / $3::int) * interval '1 microsecond'
         else statement_timestamp() + interval '1 day'
       end,
       statement_timestamp(), 1
     from numbered m, millrace.queue q
     where q.name = $1
     order by m.n`,
    [queue.name, queue.type, keys, each, delayed],
  );
  await query('analyze millrace.delivery');
}

const passTime = () =>
  db.query(`update millrace.turn_reached set reached_at = reached_at - interval '1 minute'`);

/**
 * The pages that each call reads, in a session that has made each of them before; the less of two rounds, since whatever happens
 * elsewhere on the server may make a backend forget its plans in between, and planning reads the catalog.
 */
async function costs(client: Client, queue: SqlQueue, waitingKey = 'key 0') {
  const own = queue.on(client);
  const plans: Record<string, Plan[]> = {};
  const pages: Record<string, number[]> = {};
  const measure = async <Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> => {
    let answer: Answer | undefined;
    plans[name] = await plansOf(client, async () => {
      answer = await call();
    });
    pages[name] = [...(pages[name] ?? []), buffersOf(plans[name])];
    return answer as Answer;
  };
  let cursor: object | null = null;
  for (let round = 0; round < 3; round += 1) {
    await passTime();
    await measure('enqueue for a new key', () => own.enqueue({ fairnessKey: `new ${round}` }));
    await measure('enqueue for a waiting key', () => own.enqueue({ fairnessKey: waitingKey }));
    const claimed = await measure('claim', () => own.claim({ count: 50, cursor }));
    cursor = claimed.cursor;
    expect(claimed.deliveries).toHaveLength(50);
    await measure('settle', () => own.settle(...claimed.deliveries.map((each) => done(each))));
  }
  return {
    pages: Object.fromEntries(
      Object.entries(pages).map(([name, [, ...planned]]) => [name, Math.min(...planned)]),
    ),
    plans: Object.values(plans).flat(),
  };
}

async function settleMost(client: Client, queue: SqlQueue, calls: number): Promise<void> {
  const own = queue.on(client);
  let cursor: object | null = null;
  let results: object[] = [];
  for (let call = 0; call < calls; call += 1) {
    const { claimed } = await own.settleAndClaim(results, { count: 1000, cursor });
    results = claimed.deliveries.map((each) => done(each));
    cursor = claimed.cursor;
  }
  await own.settle(...results);
}

/** The pages read by whoever asks which keys have most waiting. */
async function pagesOfWaitingKeys(client: Client, { name }: SqlQueue): Promise<number> {
  const ask = () => client.query('select from millrace.waiting_keys($1, 10)', [name]);
  await ask();
  return buffersOf(await plansOf(client, ask));
}

function expectNoMore(now: Record<string, number>, before: Record<string, number>): void {
  for (const [name, pages] of Object.entries(now))
    expect.soft(pages, name).toBeLessThan((before[name] ?? 0) * 1.3 + 20);
}

test('holds 10,000 of a paused key back at one write each, and claims cost what they did before, under an old snapshot', async () => {
  const few = await declareQueue(db, { fair: true });
  await fill(db, few, { keys: 250, each: 2, delayed: 0 });
  const client = await connect(db);
  const before = await costs(client, few);

  const queue = await declareQueue(db, { fair: true });
  await fill(db, queue, { keys: 1, each: 10_000, delayed: 0 });
  const reader = await connect(db);
  await reader.query(
    'begin isolation level repeatable read; select from millrace.delivery limit 1',
  );
  await db.query('select millrace.pause_key($1, $2)', [queue.name, 'key 0']);
  await passTime();
  let claims = 0;
  for (let cursor: object | null = null, isMore = true; isMore; claims += 1) {
    const claim = await queue.on(client).claim({ count: 100, cursor });
    expect(claim.deliveries).toEqual([]);
    ({ cursor, hasMore: isMore } = claim);
  }
  expect(claims).toBeLessThan(20);
  await queue.enqueueMany(
    Array.from({ length: 500 }, (_, n) => ({ fairnessKey: `other ${n % 250}` })),
  );
  // An enqueue of the paused key itself walks past what was held back while the old snapshot keeps it.
  expectNoMore((await costs(client, queue, 'other 0')).pages, before.pages);
  await reader.query('rollback');
}, 60_000);

test.each([
  ['in flight', { maxInFlightPerKey: 10 }],
  ['of starts', { ratePerKeyStarts: 1_000_000, ratePerKeySeconds: 0.001, ratePerKeyBurst: 10 }],
])(
  'a key at its limit %s costs no more after 1,000 of it under an old snapshot than in the beginning',
  async (_, limit) => {
    const queue = await declareQueue(db, { fair: true, ...limit });
    await fill(db, queue, { keys: 1, each: 5000, delayed: 0 });
    const reader = await connect(db);
    await reader.query(
      'begin isolation level repeatable read; select from millrace.delivery limit 1',
    );
    const client = await connect(db);
    const own = queue.on(client);
    let results: object[] = [];
    let cursor: object | null = null;
    const goOn = async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        const { claimed } = await own.settleAndClaim(results, { count: 50, cursor });
        results = claimed.deliveries.map((each) => done(each));
        ({ cursor } = claimed);
        expect(results).toHaveLength(10);
      }
    };
    const leastOf = async (call: () => Promise<unknown>) => {
      const pages: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        // Nothing of the key is left in line beyond its limit.
        await goOn(1);
        pages.push(buffersOf(await plansOf(client, call)));
      }
      return Math.min(...pages);
    };
    const measured = async () => {
      await passTime();
      return {
        'settle and claim': await leastOf(() => goOn(1)),
        // What has ended of its key stands before all that waits.
        enqueue: await leastOf(() => own.enqueue({ fairnessKey: 'key 0' })),
      };
    };
    await goOn(20);
    const before = await measured();
    await goOn(80);
    const after = await measured();
    await reader.query('rollback');
    expectNoMore(after, before);
  },
  60_000,
);

test('an enqueue reads nothing of what has ended of its key, under an old snapshot', async () => {
  const queue = await declareQueue(db, { fair: true });
  await fill(db, queue, { keys: 1, each: 8000, delayed: 0 });
  const reader = await connect(db);
  await reader.query(
    'begin isolation level repeatable read; select from millrace.delivery limit 1',
  );
  const client = await connect(db);
  await settleMost(client, queue, 7);
  // The next claim writes down how far it has come.
  await passTime();
  await settleMost(client, queue, 2);
  const pages: Record<string, number> = {};
  for (const fairnessKey of ['new 1', 'new 2', 'new 3', 'key 0'])
    pages[fairnessKey] = buffersInside(
      await plansOf(client, () => queue.on(client).enqueue({ fairnessKey })),
    );
  await reader.query('rollback');
  expect(pages['key 0']).toBeLessThan((pages['new 3'] ?? 0) + 20);
}, 60_000);

test.each([
  ['one key', { keys: 1, each: 20_000, delayed: 10_000 }],
  ['many keys', { keys: 10_000, each: 2, delayed: 10_000 }],
])(
  'costs as many pages with %s and 30,000 deliveries as with 500, and after 8,000 under an old snapshot',
  async (_, much) => {
    const few = await declareQueue(db, { fair: true });
    const each = much.keys === 1 ? 500 : 2;
    await fill(db, few, { keys: Math.min(much.keys, 250), each, delayed: 0 });
    const client = await connect(db);
    const before = await costs(client, few);

    const queue = await declareQueue(db, { fair: true });
    await fill(db, queue, much);
    const atFirst = await costs(client, queue);
    expectNoMore(atFirst.pages, before.pages);
    const read = nodesOf(atFirst.plans).filter((node) => node['Relation Name'] === 'delivery');
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan');

    expect(await pagesOfWaitingKeys(client, queue)).toBeLessThan(300);

    const reader = await connect(db);
    await reader.query(
      'begin isolation level repeatable read; select from millrace.delivery limit 1',
    );
    await settleMost(client, queue, 8);
    const atLast = await costs(client, queue);
    expect(await pagesOfWaitingKeys(client, queue)).toBeLessThan(300);
    await reader.query('rollback');
    expectNoMore(atLast.pages, atFirst.pages);
  },
  60_000,
);
