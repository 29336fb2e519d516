// Relays, consumers and operators at the same deliveries at once, all of which end at any moment, with SQS bringing whatever it has
// as often as it likes: no call fails, nothing is lost, and in each round a delivery ends once at most.
// MILLRACE_RECEIPT_SECONDS sets for how long.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';
import { SqsLife } from '#test/support/sql/sqs-life.ts';
import { declareSqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const { MILLRACE_RECEIPT_SECONDS = '4' } = process.env;

test('no delivery is lost, and none ends twice', { timeout: 600_000 }, async () => {
  const effects = await declareQueue(db);
  const sqs = await declareSqsQueue(db, { maxAttempts: 200 });
  const operator = new Operator(db.query);
  const life = new SqsLife(db, sqs, effects.type);
  const ids = (await sqs.queue.enqueueMany(Array(12).fill({}))).map(({ id }) => id);
  const endsAt = Date.now() + Number(MILLRACE_RECEIPT_SECONDS) * 1_000;
  const isOver = () => Date.now() >= endsAt;
  const actor = (act: Parameters<SqsLife['actor']>[1]) => life.actor(isOver, act);
  const someId = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  await Promise.all([
    actor((at) => life.bring(at)),
    actor((at) => life.bring(at)),
    actor((at) => life.bring(at)),
    actor((at) => life.relay(at)),
    actor((at) => life.relay(at)),
    actor(async (at, client) => {
      await operator.on(client).replay(someId());
      await operator.on(client).redrive({ queue: sqs.queue.name }, { maxCount: 3 });
      await at.passTime();
      await at.queue.expireLeases();
      await at.queue.makeDue();
    }),
    (async () => {
      while (!isOver()) await life.cut();
    })(),
  ]);
  expect(life.failures).toEqual([]);

  for (let most = 0; life.held.size > 0 || (await sqs.queue.rows()).length > 0; most += 1) {
    expect(most, 'something does not come to an end').toBeLessThan(200);
    await operator.redrive({ queue: sqs.queue.name });
    await sqs.queue.expireLeases();
    await sqs.queue.makeDue();
    while ((await life.relay(sqs, 0)) > 0);
    await sqs.passTime();
    await life.bringAll(sqs);
  }
  const statuses = await Promise.all(ids.map((id) => sqs.status(id)));
  expect(statuses).toEqual(ids.map(() => 'done'));
  const ended = await db.query<{ id: string; round: number; times: number; all: number }>(
    `select m.payload ->> 'id' as id, m.payload ->> 'round' as round, count(*)::integer as times
     from millrace.message m where m.type = $1 group by 1, 2`,
    [effects.type],
  );
  expect(ended.filter(({ times }) => times > 1)).toEqual([]);
  const [done] = await db.query<{ count: number }>(
    `select count(*)::integer from millrace.attempt_log a where a.queue = $1 and a.outcome = 'done'`,
    [sqs.queue.name],
  );
  expect(ended).toHaveLength(done?.count ?? -1);
  expect(ended.length).toBeGreaterThanOrEqual(ids.length);
});
