// Dead letters by what killed them: which errors are the same, and what a filter by their fingerprint reaches.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

interface Group {
  readonly fingerprint: string;
  readonly queue: string;
  readonly type: string;
  readonly error: unknown;
  readonly count: number;
  readonly oldestAt: string;
  readonly newestAt: string;
}

interface Groups {
  readonly items: readonly Group[];
  readonly counted: number;
  readonly more: boolean;
}

const db = await createDatabase();
const operator = new Operator(db.query);

async function fingerprintOf(error: unknown, queue = 'a-queue', type = 'a.type'): Promise<string> {
  const [row] = await db.query<{ fingerprint: string }>(
    'select millrace.error_fingerprint($1, $2, $3) as fingerprint',
    [queue, type, JSON.stringify(error)],
  );
  return row?.fingerprint ?? '';
}

async function groups(filter: object): Promise<Groups> {
  const [row] = await db.query<{ groups: Groups }>(
    'select millrace.dead_letter_groups($1) as groups',
    [filter],
  );
  if (!row) throw new Error('no row');
  return row.groups;
}

const named = (message: unknown, name = 'Error') => ({ name, message, stack: `at ${message}` });

test.each([
  ['numbers', 'took 5 ms of 20', 'took 1,000.25 ms of 7'],
  [
    'uuids',
    'no order 0198f2c4-7d1e-7a3b-9c55-3e8f0a6d2b41',
    'no order 01A1FDA7-04EE-7BB2-9647-D99EFDFA63FC',
  ],
  ['hexadecimal words', 'commit 66058f5 at 0xdeadbeef', 'commit d2f8650ea3 at 0x1'],
  ['numbers within words', 'order-1001 on host7', 'order-3 on host12'],
  ['quoted texts', `"a" of 'b c' and “d”`, `"" of 'x' and “e f”`],
  ['instants', 'due 2026-03-01T08:30:00Z', 'due 2025-12-11T18:00:59Z'],
])('is the same for messages that differ in %s', async (_, one, other) => {
  const fingerprint = await fingerprintOf(named(one));
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(await fingerprintOf(named(other))).toBe(fingerprint);
});

test('differs by words, name, type and queue, and not by the stack', async () => {
  const error = named(`the user's bank didn't answer`);
  const same = await fingerprintOf({ ...error, stack: 'at another place', code: 5 });
  expect(same).toBe(await fingerprintOf(error));
  const others = await Promise.all([
    fingerprintOf(named(`the user's bank didn't reply`)),
    fingerprintOf(named(error.message, 'TypeError')),
    fingerprintOf(error, 'another-queue'),
    fingerprintOf(error, 'a-queue', 'another.type'),
  ]);
  expect(new Set([same, ...others]).size).toBe(5);
});

test.each([null, 'text', 5, [], {}, { message: {} }, { name: [], message: null }])(
  'is there for %j, whatever a consumer has recorded',
  async (error) => {
    expect(await fingerprintOf(error)).toMatch(/^[0-9a-f]{16}$/);
  },
);

/** Lets a message die of each of these errors, one after another; answers their ids. */
async function bury(queue: SqlQueue, ...errors: unknown[]): Promise<string[]> {
  const ids: string[] = [];
  for (const error of errors) {
    ids.push(await queue.enqueue());
    await queue.settle(end('dead', await queue.claimOne(), { error }));
  }
  return ids;
}

test('groups letters, most frequent first, each with its newest error', async () => {
  const queue = await declareQueue(db);
  const [rare = '', first = '', , last = ''] = await bury(
    queue,
    ...[named('out of paper'), named('order 1 is lost'), named('order 2 is lost')],
    named('order 3 is lost'),
  );
  const { items, counted, more } = await groups({ queue: queue.name });
  expect([counted, more]).toEqual([4, false]);
  const letters = (await operator.deadLetters({ queue: queue.name })).items;
  const letterOf = (id: string) => letters.find(({ messageId }) => messageId === id);
  const common = { queue: queue.name, type: queue.type };
  expect(items).toEqual([
    {
      ...common,
      fingerprint: expect.any(String),
      error: named('order 3 is lost'),
      count: 3,
      oldestAt: letterOf(first)?.diedAt,
      newestAt: letterOf(last)?.diedAt,
    },
    {
      ...common,
      fingerprint: expect.any(String),
      error: named('out of paper'),
      count: 1,
      oldestAt: letterOf(rare)?.diedAt,
      newestAt: letterOf(rare)?.diedAt,
    },
  ]);
  expect(letterOf(rare)).toMatchObject({ fingerprint: items[1]?.fingerprint });
  const some = await groups({ queue: queue.name, error: 'PAPER' });
  expect(some).toEqual({ items: [items[1]], counted: 4, more: false });
});

test('a filter by the fingerprint reaches these letters alone', async () => {
  const queue = await declareQueue(db);
  const ids = await bury(queue, named('lost 1'), named('broken'), named('lost 2'), named('torn'));
  const [{ fingerprint } = { fingerprint: '' }] = (await groups({ queue: queue.name })).items;
  const filter = { queue: queue.name, fingerprint };
  const found = await operator.deadLetters(filter);
  expect(found.items.map(({ messageId }) => messageId)).toEqual([ids[2], ids[0]]);
  expect(await operator.redrive(filter, { maxCount: 1 })).toMatchObject({
    redriven: 1,
    more: true,
  });
  expect(await operator.redrive(filter)).toMatchObject({ redriven: 1, more: false });
  expect((await queue.rows()).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  const broken = { ...filter, fingerprint: await fingerprintIn(queue, 'broken') };
  expect(await operator.discard(broken)).toMatchObject({ discarded: 1, more: false });
  expect((await queue.deadLetters()).map(({ id }) => id)).toEqual([ids[3]]);
});

async function fingerprintIn(queue: SqlQueue, error: string): Promise<string> {
  return (await groups({ queue: queue.name, error })).items[0]?.fingerprint ?? '';
}

test('looks at the newest 10,000 letters, of whichever queue, and shows 100 groups', async () => {
  const queue = await declareQueue(db);
  await bury(queue, named('the oldest'));
  await db.query(
    `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
     select gen_random_uuid(), q.id, n, 5, 1, 'a.type',
       jsonb_build_object('name', 'Error' || n % 150, 'message', 'lost ' || n)
     from generate_series(1, 10500) as n, millrace.queue q where q.name = $1`,
    [queue.name],
  );
  const { items, counted, more } = await groups({ queue: queue.name });
  expect([items.length, counted, more]).toEqual([100, 10_000, true]);
  expect(await groups({ queue: queue.name, error: 'the oldest' })).toMatchObject({ items: [] });
});

test.each([
  [{ fingerprint: 'ABC' }, 'fingerprint must be 16 hexadecimal digits'],
  [{ ids: [] }, '"ids" is not in a filter'],
])('refuses %j', async (filter, message) => {
  const refusal = { code: 'MR002', message: expect.stringContaining(message) };
  await expect(groups(filter)).rejects.toMatchObject(refusal);
});
