import { describe, expect, test } from 'vitest';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { makeDue } from '#test/support/move-time.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

type Numbered = Handler<{ n: number }>;

async function setup(handler: Numbered, policy: Partial<QueuePolicy> = {}) {
  const queue = defineQueue({ name: 'plain', policy, subscriptions: [on(numbered, handler)] });
  const queues = await openQueues(queue);
  const [id = ''] = await queues.enqueueNumbers(1);
  const deadLetters = () =>
    queues.query('select attempts, type, error from millrace.dead_letter where message_id = $1', [
      id,
    ]);
  const attempts = async () => (await queues.status(id)).deliveries[0]?.attempts ?? [];
  return { queues, id, deadLetters, attempts };
}

function fail(): never {
  throw new RangeError('too far', { cause: new Error('the map ended') });
}

describe('a handler that throws', () => {
  test.each<[string, Numbered]>([
    ['at once', () => fail()],
    ['later', async () => fail()],
    ['after some work', (_, { database }) => database.query('select 1').then(fail)],
  ])('%s is retried', async (_, handler) => {
    const { queues, attempts } = await setup(handler);
    expect(await queues.drain()).toMatchObject({ claimed: 1, retried: 1 });
    expect(await queues.statuses()).toEqual({ scheduled: 1 });
    expect(await attempts()).toMatchObject([
      { attempt: 1, outcome: 'retry', error: { name: 'RangeError', message: 'too far' } },
    ]);
  });

  test('waits longer each time, between half and all of the doubled time, up to the most', async () => {
    const policy = { retryBaseSeconds: 100, retryMaximumSeconds: 350 };
    const { queues } = await setup(() => fail(), policy);
    for (const longest of [100, 200, 350, 350]) {
      await queues.drain();
      const [waits] = await queues.query<{ seconds: number }>(
        `select extract(epoch from d.available_at - max(a.finished_at))::float as seconds
         from millrace.delivery d join millrace.attempt_log a using (message_id) group by d.available_at`,
      );
      expect(waits?.seconds).toBeGreaterThanOrEqual(longest / 2);
      expect(waits?.seconds).toBeLessThanOrEqual(longest);
      await makeDue(queues);
    }
  });

  test('does not come back together with those that failed with it', async () => {
    const { queues } = await setup(() => fail());
    await queues.enqueueNumbers(20);
    await queues.drain();
    const due = await queues.query('select distinct available_at from millrace.delivery');
    expect(due.length).toBeGreaterThan(15);
  });

  test('is a dead letter with its whole error when its attempts are used up', async () => {
    const { queues, deadLetters, attempts } = await setup(() => fail(), {
      maxAttempts: 3,
      retryBaseSeconds: 0,
    });
    expect(await queues.drain()).toMatchObject({ claimed: 3, retried: 2, dead: 1 });
    const error = {
      name: 'RangeError',
      message: 'too far',
      stack: expect.stringMatching(/^RangeError: too far\n +at /),
      cause: {
        name: 'Error',
        message: 'the map ended',
        stack: expect.stringContaining('outcomes.test.ts'),
      },
    };
    expect(await deadLetters()).toEqual([{ attempts: 3, type: 'test.numbered', error }]);
    expect(await attempts()).toMatchObject([
      { attempt: 1, outcome: 'retry', error },
      { attempt: 2, outcome: 'retry', error },
      { attempt: 3, outcome: 'dead', error },
    ]);
    expect(await queues.drain()).toMatchObject({ claimed: 0 });
  });
});

test('the code of an error is logged: its sentence may be empty', async () => {
  const { queues } = await setup(() => {
    throw Object.assign(new AggregateError([new Error('refused')]), { code: 'ECONNREFUSED' });
  });
  await queues.drain();
  const attributes = { error: 'AggregateError', reason: '', code: 'ECONNREFUSED' };
  expect(queues.log.lines).toContainEqual(
    expect.objectContaining({ attributes: expect.objectContaining(attributes) }),
  );
});

describe('a handler that rejects', () => {
  test('ends its delivery at once, with the reason', async () => {
    const { queues, deadLetters } = await setup(() =>
      reject('the card was declined', { cause: new Error('code 51') }),
    );
    expect(await queues.drain()).toMatchObject({ claimed: 1, dead: 1, retried: 0 });
    const error = {
      name: 'Rejected',
      message: 'the card was declined',
      cause: { message: 'code 51' },
    };
    expect(await deadLetters()).toMatchObject([{ attempts: 1, error }]);
  });
});

describe('a handler that snoozes', () => {
  test('spends no attempt, however often', async () => {
    let runs = 0;
    const seen = new Set<number>();
    const { queues, attempts } = await setup(
      (_, { attempt }) => {
        runs += 1;
        seen.add(attempt);
        if (runs <= 50) snooze(0);
        if (runs === 51) fail();
      },
      { maxAttempts: 2, retryBaseSeconds: 0 },
    );
    expect(await queues.drain()).toMatchObject({ claimed: 52, snoozed: 50, retried: 1, done: 1 });
    expect([...seen]).toEqual([1, 2]);
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual([
      ...Array(50).fill('snooze'),
      'retry',
      'done',
    ]);
  });

  test('comes back after the given time', async () => {
    const { queues, id } = await setup(() => snooze(7200.5));
    expect(await queues.drain()).toMatchObject({ snoozed: 1 });
    const [waits] = await queues.query<{ seconds: number }>(
      `select extract(epoch from d.available_at - a.finished_at)::float as seconds
       from millrace.delivery d join millrace.attempt_log a using (message_id)`,
    );
    expect(waits?.seconds).toBeCloseTo(7200.5, 3);
    expect(await queues.status(id)).toMatchObject({ status: 'scheduled' });
  });

  test('has failed when the time is out of range, or no number', async () => {
    const wrong: unknown[] = [-1, NaN, Infinity, 31_536_001, '5', null, 5n, true, [5], Symbol('s')];
    const { queues, attempts } = await setup(({ payload }) => snooze(wrong[payload.n] as number));
    await queues.enqueueNumbers(wrong.length);
    expect(await queues.drain()).toMatchObject({ snoozed: 0, retried: 1 + wrong.length });
    expect(await attempts()).toMatchObject([{ error: { name: 'TypeError' } }]);
  });
});

describe('a handler that has not met the compiler', () => {
  test('is done whatever it returns', async () => {
    const odd: unknown[] = [null, 5, 'done', {}, [], () => {}];
    const { queues } = await setup((({ payload }) => odd[payload.n]) as Handler<{ n: number }>);
    await queues.enqueueNumbers(odd.length);
    expect(await queues.drain()).toMatchObject({ done: 1 + odd.length, retried: 0 });
  });
});

describe('a delivery without a handler', () => {
  test('is a dead letter that says so', async () => {
    const { queues, deadLetters } = await setup(() => {});
    const registry = defineRegistry({
      queues: [defineQueue({ name: 'plain', subscriptions: [] })],
    });
    await syncRegistry(queues.database, registry);
    expect(await queues.drain({ registry })).toMatchObject({ claimed: 1, dead: 1 });
    const message =
      'queue "plain" has no handler for message type "test.numbered"; the newest code does not know it, either';
    expect(await deadLetters()).toMatchObject([{ error: { name: 'UnknownType', message } }]);
  });

  test('is a dead letter, too, when its message is gone', async () => {
    const { queues, deadLetters } = await setup(() => {});
    await queues.query('delete from millrace.message');
    expect(await queues.drain()).toMatchObject({ claimed: 1, dead: 1 });
    expect(await deadLetters()).toMatchObject([{ error: { message: 'the message is gone' } }]);
  });
});
