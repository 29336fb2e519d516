// A sleep gives the delivery back, and the handler goes on when it is over.
import { expect, test } from 'vitest';
import type { Duration } from '#queue/declare/duration.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { drainBy, errorsOf, inSteps, traced } from '#test/support/queue/in-steps.ts';
import { intercept, loseAnswers, loseEveryFirst } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { travel } from '#testing/time-travel.ts';

const aDay: Duration = { days: 1 };

/** A handler that does something before and after it has slept for a day. */
function sleeping(cleanUp = () => {}) {
  const { ran, run } = traced();
  const queue = inSteps(async (_, context) => {
    await run(context, 'before');
    try {
      await context.sleep('until tomorrow', aDay);
    } catch {
      ran.push('caught');
    } finally {
      cleanUp();
    }
    await run(context, 'after');
  });
  return { ran, queue };
}

test('gives the delivery back for as long as it lasts, and spends no attempt', async () => {
  const { ran, queue } = sleeping();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, snoozed: 1, stale: 0, retried: 0 });
  expect(ran).toEqual(['before']);
  const { status, deliveries } = await queues.status(id);
  expect(status).toBe('scheduled');
  const availableAt = Date.parse(deliveries[0]?.availableAt ?? '');
  expect(Math.abs(availableAt - Date.now() - 86_400_000)).toBeLessThan(60_000);
  expect(await queues.drain()).toMatchObject({ claimed: 0 });
  await travel(queues.database, { hours: 24 });
  expect(await queues.drain()).toMatchObject({ done: 1, stale: 0 });
  expect(ran).toEqual(['before', 'after']);
  const attempts = (await queues.status(id)).deliveries[0]?.attempts;
  expect(attempts?.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'snooze'],
    [1, 'done'],
  ]);
});

test('goes on sleeping when it is claimed too early', async () => {
  const { ran, queue } = sleeping();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await travel(queues.database, { hours: 6 });
  await makeDue(queues);
  expect(await queues.drain()).toMatchObject({ snoozed: 1 });
  const { deliveries } = await queues.status(id);
  const left = Date.parse(deliveries[0]?.availableAt ?? '') - Date.now();
  expect(Math.abs(left - 18 * 3_600_000)).toBeLessThan(60_000);
  await travel(queues.database, { hours: 18 });
  await queues.drain();
  expect(ran).toEqual(['before', 'after']);
});

test('is known to be over, once it was, in later attempts', async () => {
  let fails = true;
  const queues = await openQueues(
    inSteps(async (_, { sleep }) => {
      await sleep('not at all', { seconds: 0 });
      if (fails) throw new Error('again');
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  fails = false;
  await makeDue(queues);
  const calls: string[] = [];
  const watched = intercept(queues.database, ({ text }, run) => {
    calls.push(text);
    return run();
  });
  await queues.drain({ database: watched });
  expect((await queues.status(id)).status).toBe('done');
  expect(calls.filter((text) => text.includes('sleep_in_steps'))).toEqual([]);
});

test('ends the handler where it stands: what it would catch or clean up is not run', async () => {
  let cleaned = 0;
  const { ran, queue } = sleeping(() => {
    cleaned += 1;
  });
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(1);
  await queues.drain();
  expect([ran, cleaned]).toEqual([['before'], 0]);
});

test('gives the delivery its attempts again', async () => {
  let fails = true;
  const queues = await openQueues(
    inSteps(async (_, { sleep, attempt }) => {
      if (fails) throw new Error('not yet');
      await sleep('a day', aDay);
      throw new Error(`attempt ${attempt}`);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  for (let n = 0; n < 2; n += 1) {
    await queues.drain();
    await makeDue(queues);
  }
  fails = false;
  await queues.drain();
  await travel(queues.database, aDay);
  await queues.drain();
  expect((await errorsOf(queues, id))?.at(-1)).toEqual(['retry', 'attempt 1']);
});

test('counts for the settle and the limit of a queue once, however its answer is lost', async () => {
  for (const lose of [
    (database: Parameters<typeof loseAnswers>[0]) => loseAnswers(database, 'sleep_in_steps'),
    (database: Parameters<typeof loseAnswers>[0]) => loseEveryFirst(database, 'answer'),
    (database: Parameters<typeof loseAnswers>[0]) => loseEveryFirst(database, 'request'),
  ]) {
    const { ran, queue } = sleeping();
    const queues = await openQueues({ ...queue, policy: { ...queue.policy, maxInFlight: 1 } });
    const [id = ''] = await queues.enqueueNumbers(1);
    expect(await queues.drain({ database: lose(queues.database) })).toMatchObject({
      snoozed: 1,
      stale: 0,
    });
    expect(await queues.query('select from millrace.in_flight')).toEqual([]);
    await travel(queues.database, aDay);
    await queues.drain({ database: lose(queues.database) });
    expect(ran).toEqual(['before', 'after']);
    expect((await queues.status(id)).deliveries[0]?.attempts).toHaveLength(2);
  }
});

test('is lost with the lease', async () => {
  let losesLease = true;
  const queues = await openQueues(
    inSteps(async (_, { database, sleep }) => {
      if (losesLease)
        await database.query('update millrace.delivery set lease_token = gen_random_uuid()');
      await sleep('a day', aDay);
    }),
  );
  await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ stale: 1, snoozed: 0 });
  expect(await queues.query('select from millrace.step')).toEqual([]);
  await expireLeases(queues);
  losesLease = false;
  expect(await queues.drain()).toMatchObject({ claimed: 1, stale: 0, snoozed: 1 });
});

test('keeps its group waiting, as a snooze does', async () => {
  const { ran, queue } = sleeping();
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(2, { groupKey: 'g' });
  await queues.drain();
  expect(ran).toEqual(['before']);
  await travel(queues.database, aDay);
  await queues.drain();
  expect(ran).toEqual(['before', 'after', 'before']);
});

test('has a place among the steps, and is told from one', async () => {
  const { ran, run } = traced();
  const queues = await openQueues(
    inSteps(async (_, context) => {
      await context.sleep('a', { seconds: 0 });
      throw new Error('again');
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await makeDue(queues);
  await drainBy(
    queues,
    inSteps(async (_, context) => void (await run(context, 'a'))),
  );
  expect((await errorsOf(queues, id))?.at(-1)).toEqual([
    'dead',
    expect.stringContaining('step 0 is recorded as the sleep "a", and now the handler begins "a"'),
  ]);
  expect(ran).toEqual([]);
});

test.each([
  [{ seconds: -1 }, 'The length of a sleep in seconds is a number from 0 to 31536000; got -1'],
  [{ days: 366 }, 'The length of a sleep in seconds is a number from 0 to 31536000; got 31622400'],
  [
    { days: Number.NaN },
    'a duration is { days, hours, minutes, seconds }, any of them, as numbers; got NaN seconds',
  ],
  [60, 'a duration is { days, hours, minutes, seconds }, any of them, as numbers; got 60'],
  [null, 'a duration is { days, hours, minutes, seconds }, any of them, as numbers; got null'],
])('%o is no length of a sleep', async (duration, reason) => {
  const queues = await openQueues(
    inSteps(async (_, { sleep }) => {
      await sleep('x', duration as Duration);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  expect((await errorsOf(queues, id))?.[0]).toEqual(['retry', expect.stringContaining(reason)]);
});
