// Messages in columns are stored and answered as those in one document, whoever brings them.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { plainMessages } from '#queue/routines/plain-messages.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { connectAs } from '#test/support/sql/connect.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue, type Enqueued, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

interface Columns {
  readonly type: string | null;
  readonly ids: readonly string[];
  readonly payloads: string;
  readonly kib?: number;
}

type Sql = TestDatabase['query'];

async function ask({ type, ids, payloads, kib = 1 }: Columns, sql: Sql = db.query) {
  const [row] = await sql<{ answer: string | Enqueued[] }>(
    'select millrace.enqueue_plain($1, $2, $3, $4) as answer',
    [type, ids, kib, payloads],
  );
  return row?.answer;
}

/** Whom nothing is believed. */
async function producer(): Promise<Sql> {
  const client = await connectAs(db, 'millrace_producer');
  return async (text, parameters) => (await client.query(text, parameters)).rows;
}

const logins = { 'the owner': async () => db.query, 'a producer': producer };

/** Ascending ids that are all of one moment, whatever the machine does meanwhile. */
function idsOfOneMoment(count: number): string[] {
  const moment = uuidV7().slice(0, 13);
  return Array.from({ length: count }, () => `${moment}${uuidV7().slice(13)}`).toSorted();
}

/** What is stored, without what differs from call to call. */
const stored = ({ type, name }: SqlQueue) =>
  db.query(
    `select
       array(select jsonb_build_array(m.version, m.payload, m.headers, m.origin, m.enqueued_by = current_user::regrole)
         from millrace.message m where m.type = $1 order by m.id) as messages,
       array(select jsonb_build_array(p.priority, cardinality(p.message_ids), p.message_ids[1] = p.first_id, p.lease_token)
         from millrace.parcel p where p.queue_id = q.id order by p.sequence) as parcels,
       array(select jsonb_build_array(d.priority, d.attempt, d.group_key, d.due_at, d.lease_token)
         from millrace.delivery d where d.queue_id = q.id order by d.sequence) as deliveries
     from millrace.queue q where q.name = $2`,
    [type, name],
  );

const order = async (queue: SqlQueue) => (await queue.rows()).map(({ id }) => id);

test.each([1, 2, 9, 10, 101, 250])('%i are stored as by enqueue_many', async (count) => {
  const [columns, documents] = [await declareQueue(db), await declareQueue(db)];
  const ids = idsOfOneMoment(count);
  const payloads = ids.map((_, n) => [n, null, 1.5, 'ß"\\', { a: [true] }][n % 5]);
  const plain = { type: columns.type, ids, payloads: JSON.stringify(payloads) };
  expect(await ask(plain)).toBe('pending');
  const others = idsOfOneMoment(count);
  await documents.enqueueMany(others.map((id, n) => ({ id, payload: payloads[n] })));
  expect(await stored(columns)).toEqual(await stored(documents));
  expect(await order(columns)).toEqual(ids);
  expect(await ask(plain)).toEqual(
    ids.map((id) => ({ id, type: columns.type, duplicate: false, status: 'pending' })),
  );
  expect(await order(columns)).toEqual(ids);
});

test.each([1, 20])('%i of a limited queue stay single', async (count) => {
  const queue = await declareQueue(db, { maxInFlight: 5 });
  const ids = idsOfOneMoment(count);
  const payloads = JSON.stringify(ids);
  expect(await ask({ type: queue.type, ids, payloads })).toBe('pending');
  expect(await stored(queue)).toMatchObject([{ parcels: [], deliveries: { length: count } }]);
});

test.each([1, 12])('%i without a queue are done', async (count) => {
  const type = `test.unread-${randomUUID()}`;
  await db.query(
    `insert into millrace.message_type (name, is_public, plain_queues) values ($1, false, '{}')`,
    [type],
  );
  const ids = idsOfOneMoment(count);
  expect(await ask({ type, ids, payloads: JSON.stringify(ids) })).toBe('done');
});

test('ids of different moments are stored all the same', async () => {
  const queue = await declareQueue(db);
  const [early = '', late = ''] = ['01a211b7-fc00-7000-8000', '01a21fff-fc00-7000-8000'];
  const ids = [early, late, early].map((start) => `${start}-${randomUUID().slice(24)}`);
  const answer = await ask({ type: queue.type, ids, payloads: '[1, 2, 3]' });
  expect(answer).toMatchObject(ids.map((id) => ({ id, status: 'pending' })));
  expect(new Set(await order(queue))).toEqual(new Set(ids));
});

const deep = `${'['.repeat(101)}${']'.repeat(101)}`;

describeFaults('the owner', [
  ['MR001', '/type', { type: 'test.unheard_of' }],
  ['MR001', '/type', { type: null }],
  ['MR002', '/id', { id: '01920000-0000-4000-8000-000000000001' }],
  ['MR003', '/payload', { payload: JSON.stringify('x'.repeat(262_143)), kib: 257 }],
]);

// Whoever is not believed may say what they like.
describeFaults('a producer', [
  ['MR001', '/type', { type: 'test.unheard_of' }],
  ['MR002', '/id', { id: '01920000-0000-4000-8000-000000000001' }],
  ['MR002', '/payload', { payload: deep }],
  ['MR002', '/payload', { payload: '9007199254740993' }],
  ['MR002', '/payload', { payload: '1e131071' }],
  ['MR003', '/payload', { payload: `[${Array(852).fill('1e307').join()}]` }],
  ['MR003', '/payload', { payload: JSON.stringify('x'.repeat(262_143)) }],
]);

interface Fault {
  readonly type?: string | null;
  readonly id?: string;
  readonly payload?: string;
  readonly kib?: number;
}

function describeFaults(
  login: keyof typeof logins,
  faults: readonly (readonly [string, string, Fault])[],
): void {
  const cases = faults.flatMap(([code, pointer, fault]) =>
    [1, 3].map((count) => ({ code, pointer, fault, count })),
  );
  test.each(cases)(`of ${login}, refuses $count with $code at $pointer`, async (given) => {
    const { code, pointer, fault, count } = given;
    const sql = await logins[login]();
    const queue = await declareQueue(db);
    const ids = idsOfOneMoment(count);
    const payloads = ids.map(() => '{}');
    const { type = queue.type, id, payload, kib } = fault;
    if (id) ids[count - 1] = id;
    if (payload) payloads[count - 1] = payload;
    const call = ask({ type, ids, payloads: `[${payloads}]`, ...(kib && { kib }) }, sql);
    const index = fault.type === undefined ? count - 1 : 0;
    expect(await refusalOf(call)).toMatchObject({ code, pointer, index });
    expect(await stored(queue)).toEqual([{ messages: [], parcels: [], deliveries: [] }]);
  });
}

// Whoever looks at the message later would fail at them.
const unreadable = ['"\\u0000"', '{"\\ud83d": 1}', '"\\udfff"'];

test.each(unreadable)('refuses %s among several, whoever sends it', async (payload) => {
  const queue = await declareQueue(db);
  const payloads = `["\\u0001", ${payload}]`;
  const call = ask({ type: queue.type, ids: idsOfOneMoment(2), payloads });
  await expect(call).rejects.toMatchObject({ code: expect.stringMatching('22P0[25]') });
  expect(await stored(queue)).toEqual([{ messages: [], parcels: [], deliveries: [] }]);
});

test.each(unreadable)('refuses %s alone, whoever sends it', async (payload) => {
  const queue = await declareQueue(db);
  const call = ask({ type: queue.type, ids: idsOfOneMoment(1), payloads: `[${payload}]` });
  await expect(call).rejects.toMatchObject({ code: expect.stringMatching('22P0[25]') });
  expect(await stored(queue)).toEqual([{ messages: [], parcels: [], deliveries: [] }]);
});

test("keeps an operator's payloads as they are written", async () => {
  const queue = await declareQueue(db);
  const ids = idsOfOneMoment(1);
  await ask({ type: queue.type, ids, payloads: '[{"b":[1, 2] ,"a":1.50}]' });
  const text = 'select payload::text from millrace.message where id = $1';
  expect(await db.query(text, ids)).toEqual([{ payload: '{"b":[1, 2] ,"a":1.50}' }]);
});

test.each(['[]', '[1, 2]', '[1] '.repeat(2)])('refuses %s as one payload', async (payloads) => {
  const queue = await declareQueue(db);
  const call = ask({ type: queue.type, ids: idsOfOneMoment(1), payloads });
  await expect(call).rejects.toMatchObject({ code: expect.stringMatching('MR002|22P02') });
  expect(await stored(queue)).toEqual([{ messages: [], parcels: [], deliveries: [] }]);
});

test('takes one payload out of its brackets, whatever blanks stand around them', async () => {
  const queue = await declareQueue(db);
  const ids = idsOfOneMoment(1);
  expect(await ask({ type: queue.type, ids, payloads: ' [7]\n' })).toBe('pending');
  const text = 'select payload::text from millrace.message where id = $1';
  expect(await db.query(text, ids)).toEqual([{ payload: '7' }]);
});

test.each([[[3_000]], [[10, 3_000]]])(
  'measures what a producer sends: %j characters',
  async (sizes) => {
    const queue = await declareQueue(db);
    const ids = idsOfOneMoment(sizes.length);
    const payloads = JSON.stringify(sizes.map((size) => 'x'.repeat(size)));
    expect(await ask({ type: queue.type, ids, payloads }, await producer())).toBe('pending');
    const kibs = 'select d.kib from millrace.delivery d where d.message_id = any ($1) order by 1';
    expect(await db.query(kibs, [ids])).toEqual(
      sizes.map((size) => ({ kib: Math.floor(size / 1024) + 1 })),
    );
  },
);

test('refuses an id that another message has, and what a full queue has no room for', async () => {
  const queue = await declareQueue(db, { maxDepth: 2 });
  const ids = idsOfOneMoment(2);
  await ask({ type: queue.type, ids, payloads: '[1, 2]' });
  const other = ask({ type: queue.type, ids, payloads: '[1, 3]' });
  expect(await refusalOf(other)).toMatchObject({ code: 'MR004', index: 1, pointer: '/id' });
  const more = ask({ type: queue.type, ids: idsOfOneMoment(1), payloads: '[1]' });
  expect(await refusalOf(more)).toMatchObject({ code: 'MR008', index: 0, pointer: '/type' });
});

test.each(['{}', '7', '[1]', '[1, 2, 3]', null])('refuses %s as two payloads', async (payloads) => {
  const { type } = await declareQueue(db);
  const call = db.query('select millrace.enqueue_plain($1, $2, 1::smallint, $3)', [
    type,
    idsOfOneMoment(2),
    payloads,
  ]);
  expect(await refusalOf(call)).toMatchObject({ code: 'MR002', index: 0, pointer: '' });
});

test('only an operator may enqueue for a caller', async () => {
  const sql = await producer();
  const { type } = await declareQueue(db);
  const text = `select millrace.enqueue_plain($1, $2, 1::smallint, '[1]', 'key:shop')`;
  const ids = idsOfOneMoment(1);
  expect(await refusalOf(sql(text, [type, ids]))).toMatchObject({ code: '42501' });
  expect(await db.query(text, [type, ids])).toEqual([{ enqueue_plain: 'pending' }]);
});

const message = (payload: unknown, more: object = {}) => ({
  id: uuidV7(),
  type: 'test.any',
  payload,
  ...more,
});

test.each<[string, object[]]>([
  ['none', []],
  ['several types', [message(1), message(1, { type: 'test.other' })]],
  ['an option', [message(1, { priority: 5 })]],
  ['an id of version 4', [message(1), message(1, { id: randomUUID() })]],
  ['an id that is two', [message(1, { id: `${uuidV7()},${uuidV7()}` })]],
  ['an id with a comma', [message(1), message(1, { id: `,${uuidV7().slice(1)}` }), message(1)]],
  ['256 KiB', [message('ß'.repeat(131_071))]],
  ['256 KiB when it has blanks', [message(Array(53_000).fill(100))]],
  ['101 levels', [message(JSON.parse(deep))]],
  ['a large one among small ones', [message('x'.repeat(9_000)), message(1), message(2)]],
  ['a number of 16 digits', [message({ a: [9_007_199_254_740_992] })]],
  ['a number with an exponent', [message(1e21)]],
  ['a small number with an exponent', [message({ a: -1.5e-7 })]],
])('%s are not put into columns', (_, messages) => {
  expect(plainMessages(messages as Parameters<typeof plainMessages>[0])).toBeUndefined();
});

test('nearly 256 KiB are put into columns, and 100 levels', () => {
  expect(plainMessages([message('ß'.repeat(131_070))])).toMatchObject({ kib: 256 });
  const payload = JSON.parse(deep)[0];
  expect(plainMessages([message([payload, '{'])])).toBeUndefined();
  expect(plainMessages([message(payload)])).toMatchObject({ kib: 1 });
});

test('texts that look like numbers are put into columns, other escapes, and undefined options', () => {
  const numbers = { a: '9007199254740993', b: '1e308', 'c-1': ['1e400', 123456789012345] };
  const texts = message({ ...numbers, d: '\u0001 \ud83d\ude00 \\ud' });
  const columns = plainMessages([texts, message(undefined, { priority: undefined })]);
  expect(columns).toEqual({
    type: 'test.any',
    ids: expect.stringMatching(`^{${texts.id},.{36}}$`),
    kib: 1,
    payloads: `[${JSON.stringify(texts.payload)},null]`,
  });
});
