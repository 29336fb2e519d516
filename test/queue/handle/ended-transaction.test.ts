// A transactional handler that ends its transaction itself has broken it in two: that is noticed, whatever it does.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TransactionalContext } from '#queue/declare/transactional-handler.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { type NumberedHandler, openEffects, write } from '#test/support/queue/effects.ts';

const insert = (n: number) => `insert into effect (n) values (${n})`;

/** What a handler runs that has written 1 before, which of its effects stay, and what it runs next. */
const endings: [text: string, kept: number[], then?: string][] = [
  ['commit', [1]],
  ['end', [1]],
  ['commit and chain', [1]],
  ['commit; begin', [1]],
  [`commit; begin; ${insert(2)}`, [1]],
  [`${insert(2)}; commit; ${insert(3)}`, [1, 2, 3]],
  ['commit', [1, 2, 3], `do $$ begin ${insert(2)}; commit; ${insert(3)}; commit; end $$`],
  [`/* at last */ commit;`, [1]],
  ['rollback', []],
  ['abort', []],
  ['rollback and chain', []],
  ['rollback; begin', []],
  [`rollback; ${insert(2)}`, [2]],
  [`rollback; begin; ${insert(2)}; commit; begin`, [2]],
  [`prepare transaction 'kept'`, []],
  ['reset all', []],
];

/** Ends all messages but the second like any other, and that one as told. */
async function setup(
  end: (context: TransactionalContext) => unknown,
  policy: { maxAttempts?: number } = {},
) {
  const pids = new Map<number, number>();
  const handler: NumberedHandler = async ({ payload: { n } }, context) => {
    const [row] = await context.transaction.query<{ pid: number }>(
      'select pg_backend_pid() as pid',
    );
    pids.set(n, row?.pid ?? 0);
    await write(context, n === 1 ? 1 : 10 + n);
    if (n === 1) await end(context);
  };
  const queues = await openEffects(handler, {
    concurrency: 1,
    retryBaseSeconds: 3_600,
    ...policy,
  });
  onTestFinished(async () => {
    const prepared = await queues.query(
      'select from pg_prepared_xacts where database = current_database()',
    );
    if (prepared.length > 0) await queues.query(`rollback prepared 'kept'`);
  });
  const [, id = ''] = await queues.enqueueNumbers(4);
  return { queues, id, pids };
}

const others = [10, 12, 13];
const ended = {
  name: 'TransactionEnded',
  message: expect.stringMatching(/ended its transaction itself.*what it committed stays/),
};

describe.each(endings)('%s', (text, kept, then) => {
  const end = async ({ transaction }: TransactionalContext) => {
    await transaction.query(text);
    if (then !== undefined) await transaction.query(then);
  };

  test('and a return is a failed attempt', async () => {
    const { queues, id, pids } = await setup(end);
    expect(await queues.drain()).toMatchObject({ claimed: 4, done: 3, retried: 1, stale: 0 });
    const { deliveries } = await queues.status(id);
    expect(deliveries).toMatchObject([{ attempts: [{ outcome: 'retry', error: ended }] }]);
    expect(await queues.effects()).toEqual([...kept, ...others]);
    // Its session serves nobody else.
    expect(pids.get(1)).toBe(pids.get(0));
    expect(pids.get(2)).not.toBe(pids.get(1));
    expect(pids.get(3)).toBe(pids.get(2));
  });

  test('and a throw is a failed attempt that says both', async () => {
    const { queues, id } = await setup(async (context) => {
      await end(context);
      throw new Error('what went wrong');
    });
    expect(await queues.drain()).toMatchObject({ claimed: 4, done: 3, retried: 1, stale: 0 });
    const error = { ...ended, cause: { message: 'what went wrong' } };
    const { deliveries } = await queues.status(id);
    expect(deliveries).toMatchObject([{ attempts: [{ outcome: 'retry', error }] }]);
    expect(await queues.effects()).toEqual([...kept, ...others]);
  });
});

test.each<[string, () => void, object, object]>([
  ['rejects', () => reject('no use'), { dead: 1 }, { outcome: 'dead', error: ended }],
  ['snoozes', () => snooze(60), { retried: 1 }, { outcome: 'retry', error: ended }],
])('a handler that commits and then %s', async (_, end, counts, attempt) => {
  const { queues, id } = await setup(async ({ transaction }) => {
    await transaction.query('commit');
    end();
  });
  expect(await queues.drain()).toMatchObject({ done: 3, ...counts });
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [attempt] }]);
});

test.each([
  ['commit', 'select 1 / 0'],
  ['commit; begin', 'select 1 / 0'],
  [`commit; begin; ${insert(2)}`, 'select 1 / 0'],
])('a statement that fails after %s hides nothing', async (text, failing) => {
  const { queues, id } = await setup(async ({ transaction }) => {
    await transaction.query(text);
    await transaction.query(failing).catch(() => {});
  });
  expect(await queues.drain()).toMatchObject({ claimed: 4, done: 3, retried: 1 });
  const { deliveries } = await queues.status(id);
  expect(deliveries).toMatchObject([{ attempts: [{ error: ended }] }]);
  expect(await queues.effects()).toEqual([1, ...others]);
});

test('follow-ups of such a handler are not stored', async () => {
  const { queues } = await setup(async ({ transaction, enqueue }) => {
    enqueue(numbered, { n: 99 });
    await transaction.query('commit');
  });
  await queues.drain();
  expect(await queues.query('select from millrace.message')).toHaveLength(4);
});

test.each([
  ['a savepoint', `savepoint s; ${insert(2)}; rollback to s; ${insert(3)}; release s`],
  ['an exception block', 'do $$ begin perform 1 / 0; exception when others then null; end $$'],
  ['a begin within a transaction, which Postgres only warns of', 'begin'],
  ['a start transaction within one', `start transaction; ${insert(2)}`],
  ['a savepoint that is left open', `savepoint s; ${insert(2)}`],
  ['a statement that fails within a savepoint', 'savepoint s', 'select 1 / 0', 'rollback to s'],
])('%s ends no transaction', async (_, ...texts) => {
  const { queues } = await setup(async ({ transaction }) => {
    for (const text of texts) await transaction.query(text).catch(() => {});
  });
  expect(await queues.drain()).toMatchObject({ done: 4, retried: 0 });
  expect(await queues.effects()).toEqual(expect.arrayContaining([1, ...others]));
});

test('a commit that nobody waits for is noticed, too', async () => {
  const { queues, id } = await setup(({ transaction }) => void transaction.query('commit'));
  expect(await queues.drain()).toMatchObject({ claimed: 4, done: 3, retried: 1 });
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [{ error: ended }] }]);
});

test('a commit inside a routine is refused by Postgres, and nothing is kept', async () => {
  const { queues, id } = await setup(({ transaction }) =>
    transaction.query('do $$ begin commit; end $$'),
  );
  expect(await queues.drain()).toMatchObject({ done: 3, retried: 1 });
  const error = { message: 'invalid transaction termination' };
  expect((await queues.status(id)).deliveries).toMatchObject([{ attempts: [{ error }] }]);
  expect(await queues.effects()).toEqual(others);
});

test('a handler that throws at once cannot use its transaction later', async () => {
  let late: TransactionalContext | undefined;
  const queues = await openEffects(
    (_, context) => {
      late = context;
      throw new Error('at once');
    },
    { maxAttempts: 1 },
  );
  await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ dead: 1 });
  if (!late) return expect.unreachable();
  await expect(write(late, 1)).rejects.toThrow('used after its handler had ended');
});
