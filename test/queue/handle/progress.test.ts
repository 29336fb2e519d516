// What handlers tell of their progress reaches the status while they run, and changes nothing else.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { onBatch } from '#queue/declare/batch-handler.ts';
import { type Handler, on, type ReportProgress } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { numbered } from '#test/support/numbered.ts';
import {
  connectionLost,
  countStatements,
  intercept,
  loseAnswers,
} from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const open = (handler: Handler<{ n: number }>) =>
  openQueues(defineQueue({ name: 'work', subscriptions: [on(numbered, handler)] }));

const progressOf = async (queues: OpenQueues, id: string) =>
  (await queues.status(id)).deliveries[0]?.progress;

/** A handler that tells of its progress and goes on until it is let go. */
function held(tell: (progress: ReportProgress) => void) {
  const release = Promise.withResolvers<void>();
  const handler = async (progress: ReportProgress) => {
    tell(progress);
    await release.promise;
  };
  return { handler, release: release.resolve };
}

const half = { fraction: 0.5, note: 'half of it', at: expect.any(String) };

test.each(['single', 'transactional', 'batch'])(
  'a %s handler tells while it runs',
  async (kind) => {
    const { handler, release } = held((progress) => progress(0.5, 'half of it'));
    const kinds = {
      single: on(numbered, (_, { progress }) => handler(progress)),
      transactional: onInTransaction(numbered, (_, { progress }) => handler(progress)),
      batch: onBatch(numbered, 1, ([item]) => handler(item?.progress as ReportProgress)),
    };
    const subscription = kinds[kind as keyof typeof kinds];
    const queues = await openQueues(defineQueue({ name: 'work', subscriptions: [subscription] }));
    const [id = ''] = await queues.enqueueNumbers(1);
    const before = (await queues.status(id)).revision;
    const drained = queues.drain({ openSession: () => openSession(queues.url) });
    await waitUntil(async () => Boolean(await progressOf(queues, id)));
    const { revision, deliveries } = await queues.status(id);
    expect(deliveries[0]?.progress).toEqual(half);
    expect(revision).not.toBe(before);
    release();
    await drained;
    expect(await progressOf(queues, id)).toBeNull();
  },
);

test('of a hundred reports at once the newest is sent, and of many handlers in one statement', async () => {
  const { handler, release } = held((progress) => {
    for (let n = 0; n <= 100; n += 1) progress(n / 100);
  });
  const queues = await open((_, { progress }) => handler(progress));
  const ids = await queues.enqueueNumbers(5);
  const counted = countStatements(queues.database);
  const drained = queues.drain({ database: counted });
  const isTold = async (id: string) => (await progressOf(queues, id))?.fraction === 1;
  await waitUntil(async () => (await Promise.all(ids.map(isTold))).every(Boolean));
  release();
  await drained;
  const reports = counted.statements.filter(({ text }) => text.includes('report_progress'));
  expect(reports.length).toBeLessThanOrEqual(2);
});

test('what is no progress is not told, and fails nothing', async () => {
  const queues = await open(async (_, { progress }) => {
    for (const wrong of [-0.1, 1.1, NaN, Infinity, '1', undefined, null, {}])
      progress(wrong as never, 5 as never);
  });
  await queues.enqueueNumbers(1);
  const counted = countStatements(queues.database);
  expect(await queues.drain({ database: counted })).toMatchObject({ done: 1 });
  expect(counted.statements.filter(({ text }) => text.includes('report_progress'))).toEqual([]);
});

test('nothing is told after the handler has ended, however it ends', async () => {
  const told: ReportProgress[] = [];
  const queues = await open(({ payload }, { progress }) => {
    told.push(progress);
    progress(0.5);
    if (payload.n > 0) throw new Error('broken');
  });
  await queues.enqueueNumbers(2);
  const counted = countStatements(queues.database);
  await queues.drain({ database: counted });
  for (const progress of told) progress(1);
  expect(counted.statements.filter(({ text }) => text.includes('report_progress'))).toEqual([]);
});

test('a database that takes no reports delays and fails nothing, and is told of once', async () => {
  let isOver = false;
  const queues = await open(async (_, { progress }) => {
    const timer = setInterval(() => progress(0.5), 10);
    await waitUntil(() => isOver);
    clearInterval(timer);
  });
  let refused = 0;
  const database = intercept(queues.database, async ({ text }, run) => {
    if (!text.includes('report_progress')) return run();
    refused += 1;
    isOver = refused === 2;
    throw connectionLost();
  });
  await queues.enqueueNumbers(1);
  expect(await queues.drain({ database })).toMatchObject({ done: 1, retried: 0 });
  const warnings = queues.log.lines.filter(({ level }) => level === 'warn');
  expect(warnings).toMatchObject([
    { message: 'progress could not be reported', attributes: { queue: 'work' } },
  ]);
});

test('notes lose what the type redacts, and are cut to what the database takes', async () => {
  const customer = defineMessageType({
    name: 'test.customer',
    payload: z.object({ email: z.string() }),
    redact: ['email'],
  });
  const { handler, release } = held((progress) =>
    progress(0.5, `mailing reader@example.com\0 \ud83d ${'x'.repeat(300)}`),
  );
  const queues = await openQueues(
    defineQueue({
      name: 'work',
      subscriptions: [on(customer, (_, { progress }) => handler(progress))],
    }),
  );
  const id = await queues.enqueue(customer, { email: 'reader@example.com' });
  const drained = queues.drain();
  await waitUntil(async () => Boolean(await progressOf(queues, id)));
  const note = (await progressOf(queues, id))?.note ?? '';
  expect(note).toMatch(/^mailing \[redacted\]\ufffd \ufffd x+$/);
  expect(note).toHaveLength(200);
  release();
  await drained;
});

test('a type that keeps names of errors only keeps no note, either', async () => {
  const patient = defineMessageType({
    name: 'test.patient',
    payload: z.object({ diagnosis: z.string() }),
    errors: 'names',
  });
  const { handler, release } = held((progress) => progress(0.5, 'Influenza'));
  const queues = await openQueues(
    defineQueue({
      name: 'work',
      subscriptions: [on(patient, (_, { progress }) => handler(progress))],
    }),
  );
  const id = await queues.enqueue(patient, { diagnosis: 'Influenza' });
  const drained = queues.drain();
  await waitUntil(async () => Boolean(await progressOf(queues, id)));
  expect((await progressOf(queues, id))?.note).toBeNull();
  release();
  await drained;
});

test('a handler knows nothing of reports whose answers were lost', async () => {
  const { handler, release } = held((progress) => progress(0.5));
  const queues = await open((_, { progress }) => handler(progress));
  const [id = ''] = await queues.enqueueNumbers(1);
  const drained = queues.drain({ database: loseAnswers(queues.database, 'report_progress') });
  await waitUntil(async () => Boolean(await progressOf(queues, id)));
  release();
  expect(await drained).toMatchObject({ claimed: 1, done: 1, retried: 0, stale: 0 });
});
