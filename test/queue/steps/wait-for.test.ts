// A handler waits for an event, and goes on with it.
import { expect, test } from 'vitest';
import type { Duration } from '#queue/declare/duration.ts';
import { sendEvent } from '#queue/operate/send-event.ts';
import { makeDue } from '#test/support/move-time.ts';
import { drainBy, errorsOf, inSteps } from '#test/support/queue/in-steps.ts';
import { loseEveryFirst } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';
import { travel } from '#testing/time-travel.ts';

const aDay: Duration = { days: 1 };

function waiting() {
  const got: unknown[] = [];
  const queue = inSteps(async (_, { step, waitFor }) => {
    await step('ask', () => 'asked');
    got.push(await waitFor('approved', { timeout: aDay }));
  });
  return { got, queue };
}

const send = ({ database }: OpenQueues, id: string, payload = '{"by":"ann"}') =>
  sendEvent(database, {
    ...{ id, name: 'approved', payload },
    ...{ actor: 'test', types: null, isEager: false },
  });

test('gives the delivery back until the event comes, and goes on with its payload', async () => {
  const { got, queue } = waiting();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ claimed: 1, snoozed: 1, stale: 0 });
  expect(await queues.drain()).toMatchObject({ claimed: 0 });
  expect((await queues.status(id)).status).toBe('scheduled');
  await send(queues, id);
  expect(await queues.drain()).toMatchObject({ claimed: 1, done: 1 });
  expect(got).toEqual([{ by: 'ann' }]);
});

test('goes on without when none comes in time, and stays with that', async () => {
  let fails = true;
  const got: unknown[] = [];
  const queues = await openQueues(
    inSteps(async (_, { waitFor }) => {
      got.push(await waitFor('approved', { timeout: aDay }));
      if (fails) throw new Error('again');
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await travel(queues.database, aDay);
  await queues.drain();
  await send(queues, id);
  fails = false;
  await makeDue(queues);
  await queues.drain();
  expect(got).toEqual([undefined, undefined]);
  expect((await queues.status(id)).status).toBe('done');
});

test.each(['answer', 'request'] as const)('is the same when each %s is lost once', async (what) => {
  const { got, queue } = waiting();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  const lossy = () => ({ database: loseEveryFirst(queues.database, what) });
  expect(await queues.drain(lossy())).toMatchObject({ snoozed: 1, stale: 0 });
  await send(queues, id, 'null');
  expect(await queues.drain(lossy())).toMatchObject({ done: 1, stale: 0 });
  expect(got).toEqual([null]);
  expect((await queues.status(id)).deliveries[0]?.attempts).toHaveLength(2);
});

test('a replay finds what was sent before', async () => {
  const { got, queue } = waiting();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  await send(queues, id);
  await queues.drain();
  await queues.query('select millrace.replay($1)', [id]);
  await queues.drain();
  expect(got).toEqual([{ by: 'ann' }, { by: 'ann' }]);
});

test('has a place among the steps, and is told from a sleep', async () => {
  const { queue } = waiting();
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  await makeDue(queues);
  await drainBy(
    queues,
    inSteps(async (_, { step, sleep }) => {
      await step('ask', () => 'asked');
      await sleep('approved', aDay);
    }),
  );
  expect((await errorsOf(queues, id))?.at(-1)).toEqual([
    'dead',
    expect.stringContaining(
      'step 1 is recorded as the event "approved", and now the handler begins the sleep "approved"',
    ),
  ]);
});

test('takes a timeout of at most a year', async () => {
  const queues = await openQueues(
    inSteps(async (_, { waitFor }) => void (await waitFor('x', { timeout: { days: 366 } }))),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  expect((await errorsOf(queues, id))?.[0]).toEqual([
    'retry',
    expect.stringContaining('The timeout of an event in seconds is a number from 0 to 31536000'),
  ]);
});
