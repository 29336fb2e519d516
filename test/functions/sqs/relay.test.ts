// What is claimed of a queue on SQS, on a real Postgres and the stand-in of SQS.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mostBytes } from '#functions/sqs/in-calls.ts';
import { redriveDeadLetters } from '#queue/operate/dead-letters.ts';
import { replayMessage } from '#queue/operate/replay.ts';
import { buryReceived } from '#queue/routines/bury-received.ts';
import { local, openRelayed } from '#test/support/functions/relayed-queue.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements, intercept } from '#test/support/queue/intercept.ts';

test('what is due is sent, ten at once, and has left Postgres', async () => {
  const { queues, drain, sent, callSizes } = await openRelayed({ engine: 'sqs' });
  const ids = await queues.enqueueNumbers(45);
  const later = await queues.enqueue(numbered, { n: 45 }, { delaySeconds: 60 });
  await queues.enqueue(local, { n: 46 });
  expect(await drain()).toMatchObject({ claimed: 46, done: 46, released: 0, stale: 0 });
  expect(
    sent()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(ids);
  expect(Math.max(...callSizes())).toBe(10);
  expect(await queues.statuses()).toEqual({ relayed: 45, scheduled: 1, done: 1 });
  expect(await queues.query('select from millrace.delivery')).toHaveLength(1);
  expect((await queues.status(later)).deliveries).toMatchObject([{ status: 'scheduled' }]);
});

test('a message is sent with all that its handler needs, and no attempt spent', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs' });
  const headers = { origin: 'ü' };
  const id = await queues.enqueue(numbered, { n: 1 }, { headers });
  await drain();
  const { createdAt } = await queues.status(id);
  expect(sent()).toEqual([
    {
      ...{ id, type: numbered.name, version: 1, payload: { n: 1 }, groupKey: null },
      headers: expect.objectContaining(headers),
      createdAt: expect.any(String),
      ...{ attempt: 0, round: 0 },
    },
  ]);
  expect(Date.parse(sent()[0]?.createdAt ?? '')).toBe(Date.parse(createdAt));
});

test('a group is sent in order, each member once, whatever is sent beside it', async () => {
  const { queues, drain, sent, stored } = await openRelayed({ engine: 'sqs-fifo' });
  const groups = ['a', 'b', 'c ü'];
  for (let n = 0; n < 8; n += 1)
    for (const groupKey of groups) await queues.enqueue(numbered, { n }, { groupKey });
  await queues.enqueueNumbers(20);
  await drain();
  for (const groupKey of groups) {
    const members = sent().filter((each) => each.groupKey === groupKey);
    expect(members.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 8 }, (_, n) => ({ n })),
    );
  }
  expect(await queues.statuses()).toEqual({ relayed: 44 });
  expect(new Set(stored().map(({ groupId }) => groupId))).toHaveLength(3 + 20);
  expect(stored()[0]?.deduplicationId).toBe(`${sent()[0]?.id}.0`);
});

test('rounds are asked once for each claim', async () => {
  const { queues, drain } = await openRelayed({ engine: 'sqs', batchSize: 100 });
  await queues.enqueueNumbers(400);
  const database = countStatements(queues.database);
  await drain({ database });
  const asked = database.statements.filter(({ text }) => text.includes('millrace.rounds('));
  const ids = asked.flatMap(({ parameters }) => parameters[1]);
  expect(ids).toHaveLength(400);
  const claims = database.statements.filter(({ text }) => text.includes('settle_and_claim'));
  expect(asked.length).toBeLessThan(claims.length);
});

test('the time that handlers have is not the relay’s', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs', timeoutSeconds: 0.1 });
  await queues.enqueueNumbers(5);
  const database = intercept(queues.database, async ({ text }, run) => {
    if (text.includes('millrace.rounds(')) await wait(400);
    return run();
  });
  expect(await drain({ database })).toMatchObject({ done: 5, released: 0 });
  expect(sent()).toHaveLength(5);
});

test('what was relayed together ends together', async () => {
  const { queues, drain } = await openRelayed({ engine: 'sqs' });
  await queues.enqueueNumbers(200);
  await drain();
  expect(await queues.query('select from millrace.parcel')).toEqual([]);
  const ended = await queues.query<{ ids: number }>(
    'select cardinality(message_ids) as ids from millrace.done_attempts where attempt = 0',
  );
  expect(ended.reduce((sum, { ids }) => sum + ids, 0)).toBe(200);
  // Of a slow machine's sends, of ten each, not all end within the quarter of a second in which results wait for each other.
  expect(ended.length).toBeLessThanOrEqual(40);
});

test('a crash of the relay counts as the attempt that it was', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs' });
  await queues.enqueueNumbers(3);
  await queues.query(`select millrace.claim('relayed', gen_random_uuid(), 3)`);
  await expireLeases(queues);
  expect(await drain()).toMatchObject({ claimed: 3, done: 3 });
  expect(sent().map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
});

test('what is redriven or replayed is sent again, in the next round', async () => {
  const { queues, drain, sent, stored } = await openRelayed({ engine: 'sqs-fifo' });
  const { database } = queues;
  const [first = '', second = ''] = await queues.enqueueNumbers(2);
  await drain();
  const received = sent().flatMap((message) =>
    message.id === first ? [{ message, count: 5 }] : [],
  );
  await buryReceived(database, { queue: 'relayed', received, budgetMs: 5_000 });
  const all = { filter: { queue: 'relayed' }, limit: 10, dryRun: false, actor: 'test' };
  expect(await redriveDeadLetters(database, all)).toMatchObject({ redriven: 1 });
  await replayMessage(database, { id: second, actor: 'test' });
  expect(await drain()).toMatchObject({ claimed: 2, done: 2 });
  const again = stored().slice(2);
  expect(again.map(({ deduplicationId }) => deduplicationId).toSorted()).toEqual(
    [`${first}.1`, `${second}.1`].toSorted(),
  );
  expect(sent().slice(2)).toMatchObject([{ round: 1 }, { round: 1 }]);
  expect(await queues.statuses()).toEqual({ relayed: 2 });
});

test('large messages share calls of at most a mebibyte', async () => {
  const { queues, drain, sent, aws, callSizes } = await openRelayed({ engine: 'sqs' });
  const note = 'ü'.repeat(120_000);
  for (let n = 0; n < 9; n += 1) await queues.enqueue(numbered, { n, note } as { n: number });
  await drain();
  expect(sent()).toHaveLength(9);
  expect(Math.max(...callSizes())).toBe(4);
  for (const { body } of aws.calls) {
    const bodies: string[] = JSON.parse(body).Entries.map(
      (entry: { MessageBody: string }) => entry.MessageBody,
    );
    expect(Buffer.byteLength(bodies.join(''))).toBeLessThanOrEqual(mostBytes);
  }
});

test('a delivery whose message is gone is dead, and its neighbours are sent', async () => {
  const { queues, drain, sent } = await openRelayed({ engine: 'sqs-fifo' });
  const [first = ''] = await queues.enqueueNumbers(3);
  await queues.query('delete from millrace.message where id = $1', [first]);
  expect(await drain()).toMatchObject({ done: 2, dead: 1 });
  expect(sent()).toHaveLength(2);
});
