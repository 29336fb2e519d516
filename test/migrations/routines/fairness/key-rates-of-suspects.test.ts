// Each attempt is a start of its key, also that of a delivery whose lease ran out.
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { rate, rated } from '#test/support/sql/key-rates.ts';
import { changePolicy, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const { declareRated, send, textsOf, claimAll, claimTexts, pass, secondsUntilDue } = rated(db);

test('each attempt after a lost lease is a start, behind the one that is given, and before what else waits', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 4);
  await claimAll(queue);
  await queue.expireLeases();
  expect(textsOf(await queue.claimSuspects())).toEqual([]);
  expect(await secondsUntilDue(queue)).toSatisfy((at: number) => at > 55 && at <= 60);
  await pass(60);
  expect(textsOf(await queue.claimSuspects())).toEqual([]);
  expect(await claimTexts(queue)).toEqual(['a 1']);
  await pass(60);
  expect(await claimTexts(queue)).toEqual([]);
  expect(textsOf(await queue.claimSuspects())).toEqual(['a 0']);
  await pass(60);
  expect(await claimTexts(queue)).toEqual(['a 2']);
});

test('a suspect that comes when a start is due has it, and who waited for it has the next one', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 4);
  await claimAll(queue);
  await queue.expireLeases();
  await pass(60);
  expect(textsOf(await queue.claimSuspects())).toEqual(['a 0']);
  expect(await claimTexts(queue)).toEqual([]);
  expect(await secondsUntilDue(queue)).toSatisfy((at: number) => at > 55 && at <= 60);
  await pass(60);
  expect(await claimTexts(queue)).toEqual(['a 1']);
  await pass(60);
  expect(await claimTexts(queue)).toEqual(['a 2']);
});

test.each([
  ['done', {}],
  ['retry', { delaySeconds: 3600, error: {} }],
])(
  'a suspect whose holder comes late, with %s, leaves its start to the next',
  async (outcome, more) => {
    const queue = await declareRated();
    await send(queue, 'a', 3);
    const [first] = await claimAll(queue);
    if (!first) throw new Error('nothing was claimed');
    await queue.expireLeases();
    await queue.claimSuspects();
    await pass(60);
    expect(await claimTexts(queue)).toEqual(['a 1']);
    expect(await queue.settle(end(outcome, first, more))).toMatchObject({ settled: 1 });
    await claimAll(queue);
    await pass(60);
    expect(await claimTexts(queue)).toEqual(['a 2']);
  },
);

test('suspects without attempts left leave their starts to others', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 3);
  await claimAll(queue);
  await queue.expireLeases();
  await queue.claimSuspects();
  await pass(60);
  expect(await claimTexts(queue)).toEqual(['a 1']);
  await changePolicy(db, queue, { maxAttempts: 1 });
  await pass(60);
  await db.query(
    'update millrace.delivery set attempt = 5, lost_leases = 1 where lease_expires_at < now()',
  );
  expect((await queue.claimSuspects()).dead).toHaveLength(1);
  expect(await claimTexts(queue)).toEqual(['a 2']);
});

test('a rate that is removed lets suspects go that wait for their start', async () => {
  const queue = await declareRated();
  await send(queue, 'a', 2);
  await claimAll(queue);
  await queue.expireLeases();
  expect(textsOf(await queue.claimSuspects())).toEqual([]);
  await changePolicy(db, queue, rate());
  expect(textsOf(await queue.claimSuspects())).toEqual(['a 0']);
});
