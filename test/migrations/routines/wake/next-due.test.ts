// When something can be claimed next, asked of every state in which a delivery or a schedule can be.
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { nextDue } from '#queue/routines/next-due.ts';
import { partAll } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const queue = defineQueue({
  name: 'plain',
  policy: { leaseSeconds: 90 },
  subscriptions: [on(numbered, async () => {})],
});
const claim = 'select millrace.claim($1, gen_random_uuid(), $2)';

/** Seconds from now; null when nothing is due. */
async function dueIn(queues: OpenQueues, names = ['plain']): Promise<number | null> {
  const { now, dueAt } = await nextDue(queues.database, names, { budgetMs: 5_000 });
  return dueAt === null ? null : (Date.parse(dueAt) - Date.parse(now)) / 1000;
}

test('nothing is due in an empty queue', async () => {
  expect(await dueIn(await openQueues(queue))).toBeNull();
});

test('what waits is due now, whatever is scheduled besides', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(1, { delaySeconds: 500 });
  await queues.enqueueNumbers(1, { priority: 9 });
  expect(await dueIn(queues)).toBe(0);
});

test('of what is scheduled the soonest counts, of all priorities', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(1, { delaySeconds: 500, priority: 1 });
  await queues.enqueueNumbers(1, { delaySeconds: 300, priority: 7 });
  expect(await dueIn(queues)).toBeCloseTo(300, -1);
});

test('what is leased is due when its lease ends', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(3);
  await queues.query(claim, ['plain', 3]);
  expect(await dueIn(queues)).toBeCloseTo(90, -1);
});

test('a lease that ran out is due now', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(1);
  await queues.query(claim, ['plain', 1]);
  await queues.query(`update millrace.delivery set lease_expires_at = now() - interval '1 hour'`);
  expect(await dueIn(queues)).toBe(0);
});

test('behind two hundred leases somebody looks again in a minute', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(201);
  await partAll(queues);
  await queues.query(claim, ['plain', 200]);
  // The claim has gathered them.
  await partAll(queues);
  expect(await dueIn(queues)).toBeCloseTo(60, -1);
});

test('a blocked member waits for its head, and a paused queue for its operator', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(2, { groupKey: 'a' });
  await queues.query(claim, ['plain', 1]);
  expect(await dueIn(queues)).toBeCloseTo(90, -1);
  await queues.query('update millrace.queue set is_paused = true');
  expect(await dueIn(queues)).toBeNull();
});

test('a group that could not be looked at is looked at now', async () => {
  const queues = await openQueues(queue);
  await queues.query(
    `insert into millrace.disturbed_group (queue_id, group_key) select id, 'a' from millrace.queue`,
  );
  expect(await dueIn(queues)).toBe(0);
});

test('under a rate limit nothing is due before it gives a start', async () => {
  const rate = { starts: 1, perSeconds: 600, burst: 1 };
  const queues = await openQueues(
    defineQueue({ name: 'plain', policy: { rate }, subscriptions: [on(numbered, async () => {})] }),
  );
  await queues.enqueueNumbers(2);
  expect(await dueIn(queues)).toBe(0);
  await queues.query(claim, ['plain', 2]);
  await queues.enqueueNumbers(1);
  expect(await dueIn(queues)).toBeCloseTo(600, -1);
});

test('queues that are not asked for do not count', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(1);
  expect(await dueIn(queues, ['other'])).toBeNull();
});

test('a schedule counts: at once until it has started, then at its next due time', async () => {
  const queues = await openQueues(queue);
  await queues.query(
    `insert into millrace.schedule (name, type, rule, catch_up) values ('s', $1, 'every 3600 s', '"skip"')`,
    [numbered.name],
  );
  expect(await dueIn(queues)).toBe(0);
  await queues.query(`update millrace.schedule set next_due_at = now() + interval '1 hour'`);
  expect(await dueIn(queues)).toBeCloseTo(3600, -1);
  await queues.query('update millrace.schedule set is_paused = true');
  expect(await dueIn(queues)).toBeNull();
});
