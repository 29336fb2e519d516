// What the database is asked before a handler is called: only of what was delivered before, or of everything with `once`.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gate } from '#test/support/queue/effects.ts';
import { again, openReceiving, sqsQueue } from '#test/support/queue/receiving.ts';
import { received } from '#test/support/queue/wire.ts';

const routines = (statements: readonly { readonly text: string }[]) =>
  statements.map(({ text }) => /millrace\.(\w+)/.exec(text)?.[1]);

test('what has ended is acknowledged, and not handled again', async () => {
  const seen: number[] = [];
  const { handle, copies } = await openReceiving(
    sqsQueue(({ payload: { n } }) => void seen.push(n)),
  );
  const batch = copies(3);
  expect(routines((await handle(batch)).statements)).toEqual(['settle_received']);
  const { gone, statements } = await handle(again(batch));
  expect(gone).toEqual([0, 1, 2]);
  expect(routines(statements)).toEqual(['receive']);
  expect(seen).toEqual([0, 1, 2]);
});

test('what somebody else has is hidden until that lease ends, and then handled', async () => {
  const { passed, open } = gate();
  const seen: number[] = [];
  const queue = sqsQueue(
    async (_, { attempt }) => {
      seen.push(attempt);
      if (seen.length === 1) await passed;
    },
    { once: true },
  );
  const { handle, copies } = await openReceiving(queue);
  const batch = copies(1);
  const first = handle(batch);
  while (seen.length === 0) await wait(5);
  const { gone, hidden } = await handle(batch);
  expect(gone).toEqual([]);
  expect(hidden[0]).toBeGreaterThan(80);
  expect(hidden[0]).toBeLessThanOrEqual(90);
  open();
  expect((await first).gone).toEqual([0]);
  expect((await handle(batch)).gone, 'it has ended').toEqual([0]);
  expect(seen).toEqual([1]);
});

test('two copies in one batch are handled once, and the spare one is gone with the other still there', async () => {
  const seen: number[] = [];
  const queue = sqsQueue((_, { attempt }) => {
    seen.push(attempt);
    throw new Error('no luck');
  });
  const { handle, copies } = await openReceiving(queue);
  const [copy = received()] = copies(1);
  const batch = [copy, received(copy.message)];
  expect((await handle(batch)).gone).toEqual([1]);
  expect(seen).toEqual([1]);
});

test('two copies that are handled at the same time end once', async () => {
  const { passed, open } = gate();
  let running = 0;
  const queue = sqsQueue(async () => {
    running += 1;
    await passed;
  });
  const { handle, copies, attempts, log } = await openReceiving(queue);
  const [copy = received()] = copies(1);
  const both = Promise.all([handle([copy]), handle([received(copy.message)])]);
  while (running < 2) await wait(5);
  open();
  expect((await both).map(({ gone }) => gone)).toEqual([[0], [0]]);
  expect(await attempts(copy)).toHaveLength(1);
  expect(log.lines.map(({ message }) => message)).toContain(
    'had ended before: another copy was handled',
  );
});

test('a result that comes after somebody else has taken the message over leaves it there', async () => {
  const { passed, open } = gate();
  let running = 0;
  const queue = sqsQueue(async (_, { attempt }) => {
    running += 1;
    if (running === 1) await passed;
    if (attempt === 2) throw new Error('the second one fails');
  });
  const { handle, copies } = await openReceiving(queue);
  const batch = copies(1);
  const late = handle(batch);
  while (running === 0) await wait(5);
  await handle(again(batch));
  open();
  expect(await late, 'to forget it would lose the retry').toMatchObject({ gone: [], hidden: {} });
});

test('where only failures are remembered, a plain success costs no call', async () => {
  const queue = sqsQueue(
    ({ payload: { n } }) => {
      if (n === 1) throw new Error('no luck');
    },
    { history: 'failures' },
  );
  const { handle, copies, passTime, attempts, query } = await openReceiving(queue);
  const plain = copies(1);
  expect(await handle(plain)).toMatchObject({ gone: [0], statements: [] });
  const batch = copies(2);
  const { gone, statements } = await handle(batch);
  expect(gone).toEqual([0]);
  expect(routines(statements)).toEqual(['settle_received']);
  expect(batch[1] && (await attempts(batch[1]))).toMatchObject([{ outcome: 'retry' }]);
  expect(await query('select from millrace.receipt')).toHaveLength(1);

  // A retry that succeeds ends what is remembered of it.
  const [, failing = received()] = batch;
  const succeeding = again([{ ...failing, message: { ...failing.message, payload: { n: 2 } } }]);
  await passTime();
  expect((await handle(succeeding)).gone).toEqual([0]);
  expect(await query('select outcome from millrace.receipt')).toEqual([{ outcome: 'done' }]);
});

test('progress that a handler reports does no harm', async () => {
  const queue = sqsQueue(async (_, { progress }) => progress(0.5, 'half'));
  const { handle, copies } = await openReceiving(queue);
  expect((await handle(copies(2))).gone).toEqual([0, 1]);
});
