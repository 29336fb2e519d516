// kill -9 around a webhook: while its target has not answered, and after it has, before anybody has settled that. What the target has
// then it gets again, as the same.
import { expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startPoster, untilQuiet } from '#test/support/chaos/consumers.ts';
import { isLong, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { posted, postedRegistry, postedSecret } from '#test/support/chaos/webhook-queue.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Answering, openTarget, type Received } from '#test/support/misbehaving-target.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { signedHeaders } from '#webhook/signature.ts';

const kills = isLong ? 200 : 10;
const perKill = 3;

const accept: Answering = (response) => response.end('thanks');

async function enqueueSome({ database }: TestDatabase): Promise<string[]> {
  const messages = Array.from({ length: perKill }, (_, n) => ({
    ...{ id: uuidV7(), type: posted.name, payload: { n } },
  }));
  await enqueueMessages(database, messages);
  return messages.map(({ id }) => id);
}

function expectSigned({ headers, body }: Received): void {
  const id = headers['webhook-id'] ?? '';
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  expect(headers).toMatchObject(signedHeaders([postedSecret], { id, at, body }));
}

test(`a target hears of every message of ${kills} killed consumers, and can tell what it knows (seed ${seed})`, {
  timeout: kills * 10_000,
}, async () => {
  const random = seededRandom();
  const database = await createDatabase();
  const target = await openTarget(accept);
  await syncRegistry(database.database, postedRegistry(target.origin));
  const ids: string[] = [];

  let next = startPoster(database.url, target.origin);
  for (let killed = 0; killed < kills; killed += 1) {
    const consumer = await next;
    next = startPoster(database.url, target.origin);
    ids.push(...(await enqueueSome(database)));
    const reached = Promise.withResolvers<void>();
    let left = random.below(perKill);
    const answersFirst = killed % 2 === 0;
    target.answer = (response, received, request) => {
      left -= 1;
      if (left >= 0) return accept(response, received, request);
      if (answersFirst) response.end('thanks', () => reached.resolve());
      else reached.resolve();
    };
    const ended = consumer.run();
    await reached.promise;
    consumer.kill();
    await ended;
    await untilQuiet(database);
    await expireLeases(database);
  }
  target.answer = accept;
  await (await next).run();

  const statuses = await database.query('select distinct status from millrace.delivery_status');
  expect(statuses).toEqual([{ status: 'done' }]);
  const heard = Map.groupBy(target.received, ({ headers }) => headers['webhook-id']);
  expect([...heard.keys()].toSorted()).toEqual(ids.toSorted());
  const again = [...heard.values()].filter(({ length }) => length > 1);
  expect(again.length, 'consumers were killed with something in their hands').toBeGreaterThan(0);
  for (const [first, ...others] of again)
    expect(others.map(({ body }) => body)).toEqual(others.map(() => first?.body));
  target.received.forEach(expectSigned);
  const lost = await database.query(`select from millrace.attempt_log where outcome = 'expired'`);
  expect(target.received.length - ids.length).toBeLessThanOrEqual(lost.length);
});
