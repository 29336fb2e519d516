import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end } from '#test/support/sql/sql-queue.ts';

/** A message that is a dead letter and live again, since one replay began before another one's delivery died. */
async function setup() {
  const db = await createDatabase();
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  await queue.settle(done(await queue.claimOne()));
  const [first, second] = [await connect(db), await connect(db)];
  await first.query('begin; lock table millrace.delivery in share row exclusive mode');
  const late = new Operator(db.query).on(second).replay(id);
  await untilBlocked(db);
  await new Operator(db.query).on(first).replay(id);
  const early = queue.on(first);
  await early.settle(end('dead', await early.claimOne(), { error: { message: 'first' } }));
  await first.query('commit');
  expect(await late).toEqual({ queues: [queue.name] });
  return { db, queue, id };
}

test('a delivery that dies takes the place of the letter that is there already', async () => {
  const { queue, id } = await setup();
  const again = await queue.claimOne();
  const report = await queue.settle(end('dead', again, { error: { message: 'second' } }));
  expect(report).toMatchObject({ settled: 1, dead: [id] });
  expect(await queue.deadLetters()).toEqual([{ id, attempts: 1, error: { message: 'second' } }]);
});

test('a suspect without attempts left does so, too', async () => {
  const { db, queue, id } = await setup();
  await db.query('update millrace.queue set max_attempts = 1');
  await queue.claimOne();
  await queue.expireLeases();
  await queue.loseSuspects();
  expect((await queue.claimSuspect()).dead).toEqual([id]);
  expect(await queue.deadLetters()).toHaveLength(1);
});
