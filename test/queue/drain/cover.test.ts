// Where enqueues wake the consumer: what a drain covers is handled by it, and none ends on work that nobody will look at.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { enqueueToWake } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const woken = { eager: { isWoken: true } };
const ticked = { eager: { isWoken: false } };

const queueOf = (handle: (n: number) => Promise<void> = async () => {}) =>
  defineQueue({
    name: 'plain',
    subscriptions: [on(numbered, ({ payload }) => handle(payload.n))],
  });

async function enqueue({ database }: OpenQueues, n: number, options = {}): Promise<boolean> {
  const message = { ...options, id: uuidV7(), type: numbered.name, payload: { n } };
  return (await enqueueToWake(database, [message], { caller: null, isEager: true })).wake;
}

const isCovered = async ({ query }: OpenQueues) =>
  (await query('select from millrace.wake_up where covered_until > now()')).length > 0;

test('what is enqueued on the word of a drain is handled by it', async () => {
  const seen: number[] = [];
  const queues: OpenQueues = await openQueues(
    queueOf(async (n) => {
      seen.push(n);
      if (n < 5) expect(await enqueue(queues, n + 1)).toBe(false);
    }),
  );
  expect(await enqueue(queues, 0)).toBe(true);
  expect(await queues.drain(woken)).toMatchObject({ done: 6 });
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await isCovered(queues)).toBe(false);
});

test('what comes while a drain lingers, or gives up, is handled by it', async () => {
  const queues = await openQueues(queueOf());
  await enqueue(queues, 0);
  let surveys = 0;
  const database = intercept(queues.database, async ({ text }, run) => {
    if (text.includes('millrace.give_up_cover')) expect(await enqueue(queues, 2)).toBe(false);
    const rows = await run();
    if (text.includes('millrace.survey')) surveys += 1;
    // The second survey has found nothing, so the drain lingers.
    if (text.includes('millrace.survey') && surveys === 2)
      expect(await enqueue(queues, 1)).toBe(false);
    return rows;
  });
  expect(await queues.drain({ ...woken, database })).toMatchObject({ done: 3 });
});

test('a tick that finds nothing asks once and ends', async () => {
  const queues = await openQueues(queueOf());
  const database = countStatements(queues.database);
  await queues.drain({ ...ticked, database });
  expect(database.statements.map(({ text }) => text)).toEqual([
    'select millrace.survey($1, $2) as survey, millrace.schema_version() as version',
  ]);
});

test('a tick that finds work covers while it handles it', async () => {
  const queues: OpenQueues = await openQueues(
    queueOf(async () => {
      await expect.poll(() => isCovered(queues)).toBe(true);
    }),
  );
  await queues.enqueueNumbers(1);
  expect(await queues.drain(ticked)).toMatchObject({ done: 1 });
  expect(await isCovered(queues)).toBe(false);
});

test('a drain does not go round for what is out of its reach', async () => {
  const rate = { starts: 1, perSeconds: 600, burst: 1 };
  const queues = await openQueues(
    defineQueue({
      name: 'plain',
      policy: { rate },
      subscriptions: [on(numbered, async () => {})],
    }),
  );
  await queues.enqueueNumbers(3);
  const database = countStatements(queues.database);
  expect(await queues.drain({ ...woken, database })).toMatchObject({ done: 1 });
  const surveys = database.statements.filter(({ text }) => text.includes('millrace.survey'));
  expect(surveys.length).toBeLessThanOrEqual(6);
});

test.each(['take_cover', 'give_up_cover', 'survey', 'settle_and_claim'])(
  'a lost answer of %s changes nothing',
  async (routine) => {
    const seen: number[] = [];
    const queues = await openQueues(queueOf(async (n) => void seen.push(n)));
    for (let n = 0; n < 3; n += 1) await enqueue(queues, n);
    const database = loseAnswers(queues.database, routine);
    expect(await queues.drain({ ...woken, database })).toMatchObject({ done: 3 });
    expect(seen).toEqual([0, 1, 2]);
    expect(await isCovered(queues)).toBe(false);
  },
);

test('an enqueue whose answer was lost stores once when it is made again, and wakes at most once more', async () => {
  const queues = await openQueues(queueOf());
  const message = { id: uuidV7(), type: numbered.name, payload: { n: 1 } };
  const options = { caller: null, isEager: true };
  expect(await enqueueToWake(queues.database, [message], options)).toMatchObject({ wake: true });
  const again = await enqueueToWake(queues.database, [message], options);
  expect(again.enqueued).toMatchObject([{ id: message.id, duplicate: false }]);
  expect(await queues.drain(woken)).toMatchObject({ done: 1 });
});

test('drains side by side, each woken by an enqueue, handle everything once and leave nothing', async () => {
  const seen: number[] = [];
  const queues = await openQueues(queueOf(async (n) => void seen.push(n)));
  const drains: Promise<unknown>[] = [];
  const producer = async (lane: number) => {
    for (let n = 0; n < 25; n += 1) {
      if (await enqueue(queues, lane * 100 + n)) drains.push(queues.drain(woken));
      await wait(Math.random() * 40);
    }
  };
  await Promise.all([0, 1, 2, 3].map(producer));
  while (drains.length > 0) await drains.shift();
  expect(await queues.statuses()).toEqual({ done: 100 });
  expect(new Set(seen).size).toBe(100);
  expect(seen).toHaveLength(100);
});
