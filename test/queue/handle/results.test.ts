// What a handler returns by result() is kept with its message, and whatever it is, the message is done.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { result } from '#queue/declare/ways-out.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, exchangeOf, loseAnswers } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

const open = (handler: Handler<{ n: number }>) =>
  openQueues(defineQueue({ name: 'work', subscriptions: [on(numbered, handler)] }));

const kept = { pages: 3, files: ['a.pdf'], note: 'two "quotes", a \\u0000 in words, é and 😀' };

test.each([
  ['a handler', on(numbered, () => result(kept))],
  ['an async handler', on(numbered, async () => result(kept))],
  ['a transactional handler', onInTransaction(numbered, async () => result(kept))],
  ['a batch handler', onBatch(numbered, 10, (items) => items.map(() => result(kept)))],
])('%s keeps its result', async (_, subscription) => {
  const queues = await openQueues(defineQueue({ name: 'work', subscriptions: [subscription] }));
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain({ openSession: () => openSession(queues.url) });
  const { status, deliveries } = await queues.status(id);
  expect([status, deliveries[0]?.result]).toEqual(['done', kept]);
  expect(queues.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('what a handler returns otherwise is not kept, and is settled as it always was', async () => {
  const queues = await open((async () => ({ pages: 3 })) as never);
  const [id = ''] = await queues.enqueueNumbers(1);
  const counted = countStatements(queues.database);
  await queues.drain({ database: counted });
  expect((await queues.status(id)).deliveries[0]?.result).toBeNull();
  const settled = counted.statements.filter((each) => exchangeOf(each)?.ids.includes(id));
  expect(settled.map(({ parameters }) => parameters[1])).toEqual(['[]']);
});

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each([
  ['too large', 'x'.repeat(4_095)],
  ['too large in bytes', 'é'.repeat(2_048)],
  ['of another kind than JSON has', () => {}],
  ['nothing', undefined],
  ['a bigint', 1n],
  ['circular', circular],
  ['U+0000', { text: 'a\0b' }],
  ['half a character', { ['\ud83d']: 1 }],
  [
    'what throws when it is read',
    {
      toJSON: () => {
        throw new Error('secret');
      },
    },
  ],
])('a result that is %s is not kept, and its message is done', async (_, value) => {
  const queues = await open(() => result(value));
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  const { status, deliveries } = await queues.status(id);
  expect([status, deliveries[0]?.result]).toEqual(['done', null]);
  const warnings = queues.log.lines.filter(({ level }) => level === 'warn');
  expect(warnings).toMatchObject([{ message: 'result not kept', attributes: { messageId: id } }]);
  expect(JSON.stringify(warnings)).not.toContain('secret');
});

test.each([['x'.repeat(4_094)], [Array(2_047).fill(0)], [null], [0], [''], [false]])(
  'the largest and the smallest are kept',
  async (value) => {
    const queues = await open(() => result(value));
    const [id = ''] = await queues.enqueueNumbers(1);
    await queues.drain();
    expect((await queues.status(id)).deliveries[0]?.result).toEqual(value);
  },
);

test('what the type redacts is hidden in the result as in the payload', async () => {
  const customer = defineMessageType({
    name: 'test.customer',
    payload: z.object({ email: z.string() }),
    redact: ['email', 'card.number'],
  });
  const handler = () => result({ email: 'a@example.com', card: { number: 4111, kind: 'credit' } });
  const queues = await openQueues(
    defineQueue({ name: 'work', subscriptions: [on(customer, handler)] }),
  );
  const id = await queues.enqueue(customer, { email: 'a@example.com' });
  await queues.drain();
  const hidden = '[redacted]';
  expect((await queues.status(id)).deliveries[0]?.result).toEqual({
    email: hidden,
    card: { number: hidden, kind: 'credit' },
  });
});

test('a settle whose answer was lost keeps the result once', async () => {
  let runs = 0;
  const queues = await open(() => {
    runs += 1;
    return result({ runs });
  });
  const [id = ''] = await queues.enqueueNumbers(1);
  const summary = await queues.drain({
    database: loseAnswers(queues.database, 'settle_and_claim', 2),
  });
  expect(summary).toMatchObject({ done: 1, stale: 0 });
  const { deliveries } = await queues.status(id);
  expect(deliveries[0]?.attempts).toHaveLength(1);
  expect(deliveries[0]?.result).toEqual({ runs });
});

test('SQL keeps no result that is larger than its bound, and none of what is not done', async () => {
  const queues = await open(() => {});
  const [large = '', failed = ''] = await queues.enqueueNumbers(2);
  const token = crypto.randomUUID();
  await queues.query(`select millrace.settle_and_claim('work', '[]', '[]', $1, 2, null)`, [token]);
  await queues.query(`select millrace.settle('work', $1)`, [
    JSON.stringify([
      { id: large, token, outcome: 'done', ms: 1, result: 'x'.repeat(9_000) },
      { id: failed, token, outcome: 'retry', ms: 1, error: { name: 'E' }, result: 1 },
    ]),
  ]);
  expect(await queues.query('select outcome, result from millrace.attempt order by 1')).toEqual([
    { outcome: 'done', result: null },
    { outcome: 'retry', result: null },
  ]);
});

test('the result of who has lost the lease is not kept', async () => {
  const queues = await open(() => {});
  const [id = ''] = await queues.enqueueNumbers(1);
  const [late, holder] = [crypto.randomUUID(), crypto.randomUUID()];
  await queues.query(`select millrace.claim('work', $1, 1, null)`, [late]);
  await expireLeases(queues);
  await queues.query(`select millrace.claim_suspects('work', $1, 1, false)`, [holder]);
  const settle = (token: string, came: string) =>
    queues.query(`select millrace.settle('work', $1)`, [
      JSON.stringify([{ id, token, outcome: 'done', ms: 1, result: came }]),
    ]);
  await settle(late, 'late');
  expect((await queues.status(id)).deliveries[0]).toMatchObject({ status: 'processing' });
  await settle(holder, 'in time');
  await settle(late, 'later still');
  const results = await queues.query(
    'select result from millrace.attempt where result is not null',
  );
  expect(results).toEqual([{ result: 'in time' }]);
});
