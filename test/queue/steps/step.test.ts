// What a step has finished is recorded, and a later attempt goes on behind it.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { reject, result } from '#queue/declare/ways-out.ts';
import { onInSteps } from '#queue/steps/on-in-steps.ts';
import { expireLeases } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { drainAll, inSteps, traced } from '#test/support/queue/in-steps.ts';
import { countStatements, loseEveryFirst } from '#test/support/queue/intercept.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

test('a later attempt goes on behind the last finished step, with what the steps gave', async () => {
  const { ran, run } = traced();
  let attempts = 0;
  const queues = await openQueues(
    inSteps(async (_, context) => {
      const given = [await run(context, 'charge'), await run(context, 'print')];
      attempts += 1;
      if (attempts < 3) throw new Error('the parcel service is away');
      return result([...given, await run(context, 'send')]);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await drainAll(queues);
  expect(ran).toEqual(['charge', 'print', 'send']);
  const { status, deliveries } = await queues.status(id);
  expect([status, deliveries[0]?.result]).toEqual(['done', ['charge 1', 'print 2', 'send 3']]);
});

test('a step that fails is run again, and those before it are not', async () => {
  const { ran, run } = traced();
  const queues = await openQueues(
    inSteps(async (_, context) => {
      await run(context, 'charge');
      await context.step('print', () => {
        ran.push('print');
        if (ran.length === 2) throw new Error('no paper');
      });
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await drainAll(queues);
  expect(ran).toEqual(['charge', 'print', 'print']);
  expect((await queues.status(id)).status).toBe('done');
});

test('what a step gives is what JSON makes of it, in the first attempt as in later ones', async () => {
  const seen: unknown[] = [];
  const queues = await openQueues(
    inSteps(async (_, { step, attempt }) => {
      const at = await step('look', () => ({ at: new Date(0), none: undefined, no: null }));
      const nothing = await step('nothing', () => {});
      const none = await step('null', () => null);
      seen.push([at, nothing, none]);
      // The compiler knows it, too.
      at.at satisfies string;
      if (seen.length === 1) throw new Error(`again after ${attempt}`);
    }),
  );
  await queues.enqueueNumbers(1);
  await drainAll(queues);
  const expected = [{ at: '1970-01-01T00:00:00.000Z', no: null }, undefined, null];
  expect(seen).toEqual([expected, expected]);
});

test('a finished step gives the delivery all its attempts again', async () => {
  let fails = 0;
  const failTwice = () => {
    fails += 1;
    if (fails % 3) throw new Error('not yet');
  };
  const numbers: number[] = [];
  const queues = await openQueues(
    inSteps(async (_, { step, attempt }) => {
      numbers.push(attempt);
      for (const name of ['a', 'b', 'c']) await step(name, failTwice);
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await drainAll(queues);
  expect((await queues.status(id)).status).toBe('done');
  // The attempt in which a step is finished is the first one of what follows.
  expect(numbers).toEqual([1, 2, 3, 2, 3, 2, 3]);
});

test('whoever has lost the lease records nothing, and the step is run by whoever has it next', async () => {
  const { ran, run } = traced();
  const queues: OpenQueues = await openQueues(
    inSteps(async (_, context) => {
      await run(context, 'charge');
      await context.step('print', async () => {
        ran.push('print');
        if (ran.length === 2)
          await queues.query('update millrace.delivery set lease_token = gen_random_uuid()');
      });
      ran.push('went on');
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  expect(await queues.drain()).toMatchObject({ stale: 1, done: 0 });
  expect(ran).toEqual(['charge', 'print']);
  await expireLeases(queues);
  expect(await queues.drain()).toMatchObject({ stale: 0, done: 1 });
  expect(ran).toEqual(['charge', 'print', 'print', 'went on']);
  expect((await queues.status(id)).status).toBe('done');
});

test('a redrive goes on behind the last finished step, and a replay begins anew', async () => {
  const { ran, run } = traced();
  let isMended = false;
  const queues = await openQueues(
    inSteps(async (_, context) => {
      await run(context, 'charge');
      if (!isMended) reject('no such address');
      await run(context, 'send');
    }),
  );
  const [id = ''] = await queues.enqueueNumbers(1);
  await queues.drain();
  isMended = true;
  await queues.query('select millrace.redrive($1)', [JSON.stringify({ ids: [id] })]);
  await queues.drain();
  expect(ran).toEqual(['charge', 'send']);
  await queues.query('select millrace.replay($1)', [id]);
  await queues.drain();
  expect(ran).toEqual(['charge', 'send', 'charge', 'send']);
  expect((await queues.status(id)).status).toBe('done');
});

test('follow-ups of the attempt that ends the message are stored, however many have begun', async () => {
  const other = defineMessageType({ name: 'other', payload: z.object({}) });
  let attempts = 0;
  const queues = await openQueues(
    inSteps(async (_, { step, enqueue }) => {
      enqueue(other, {});
      await step('a', () => {});
      attempts += 1;
      if (attempts === 1) throw new Error('again');
      enqueue(other, {});
    }),
    defineQueue({ name: 'others', subscriptions: [on(other, () => {})] }),
  );
  await queues.enqueueNumbers(1);
  await drainAll(queues);
  expect(await queues.statuses()).toEqual({ done: 3 });
});

test('lost requests and lost answers change nothing', async () => {
  for (const what of ['answer', 'request'] as const) {
    const { ran, run } = traced();
    const queues = await openQueues(
      inSteps(async (_, context) => {
        for (const name of ['a', 'b', 'c']) await run(context, name);
      }),
    );
    const [id = ''] = await queues.enqueueNumbers(1);
    await queues.drain({ database: loseEveryFirst(queues.database, what) });
    expect((await queues.status(id)).status).toBe('done');
    expect(ran).toEqual(['a', 'b', 'c']);
  }
});

test('the steps of a hundred deliveries of one claim are their own', async () => {
  const queues = await openQueues(
    inSteps(async ({ payload }, { step }) => {
      const first = await step('first', () => payload.n);
      return result(await step('second', () => first * 2));
    }),
  );
  const ids = await queues.enqueueNumbers(100);
  expect(await queues.drain()).toMatchObject({ done: 100, stale: 0 });
  for (const n of [0, 42, 99])
    expect((await queues.status(ids[n] ?? '')).deliveries[0]?.result).toBe(n * 2);
});

test('a handler without steps costs no statement, and one with them two and one more for each', async () => {
  const counts: number[] = [];
  for (const subscription of [
    on(numbered, () => {}),
    onInSteps(numbered, { version: 1 }, async ({ payload }, { step }) => {
      for (const name of ['a', 'b']) await step(name, () => payload.n);
    }),
  ]) {
    const queues = await openQueues(defineQueue({ name: 'work', subscriptions: [subscription] }));
    await queues.enqueueNumbers(1);
    const counted = countStatements(queues.database);
    await queues.drain({ database: counted });
    const ofSteps = counted.statements.filter(({ text }) => /_steps?\(/.test(text));
    counts.push(ofSteps.length);
  }
  expect(counts).toEqual([0, 3]);
});
