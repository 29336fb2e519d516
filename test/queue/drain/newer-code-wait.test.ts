// How long what the code does not know yet waits for newer code.
import { describe, expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import {
  attemptsOf,
  deploying,
  ignore,
  known,
  pass,
  shipped,
  waitOf,
} from '#test/support/queue/deploying.ts';

describe('the wait for newer code', () => {
  const waiting = async () => {
    const { queues, newer } = await deploying({
      older: [known],
      newer: [known, on(shipped, ignore)],
    });
    const id = await queues.enqueue(shipped, {});
    return { queues, newer, id };
  };

  test('grows with the time that it has lasted, from 30 seconds to 5 minutes', async () => {
    const { queues } = await waiting();
    for (let n = 0; n < 8; n += 1) {
      expect(await queues.drain()).toMatchObject({ snoozed: 1 });
      const { wait, waited } = await waitOf(queues);
      expect(wait).toBeCloseTo(Math.max(30, Math.min(300, waited)), 3);
      await pass(queues, wait);
    }
  });

  test('ends after an hour, with a dead letter that says so', async () => {
    const { queues, id } = await waiting();
    await queues.drain();
    await pass(queues, 3_500);
    expect(await queues.drain()).toMatchObject({ snoozed: 1, dead: 0 });
    await pass(queues, 300);
    expect(await queues.drain()).toMatchObject({ snoozed: 0, dead: 1 });
    expect((await attemptsOf(queues, id)).at(-1)).toMatchObject({
      attempt: 1,
      outcome: 'dead',
      error: {
        name: 'UnknownType',
        message:
          'queue "mail" has no handler for message type "order.shipped"; newer code knows it, but has not taken it within an hour',
      },
    });
    expect(queues.log.lines.at(-2)).toMatchObject({ level: 'error', message: 'dead letter' });
  });

  test('begins anew when the dead letter is redriven', async () => {
    const { queues, id } = await waiting();
    await queues.drain();
    await pass(queues, 4_000);
    expect(await queues.drain()).toMatchObject({ dead: 1 });
    await queues.query('select millrace.redrive($1)', [{ ids: [id] }]);
    expect(await queues.drain()).toMatchObject({ snoozed: 1, dead: 0 });
    expect((await waitOf(queues)).wait).toBe(30);
  });

  test('begins anew after code that knew it has tried, and goes on after a crash', async () => {
    const { queues, newer, id } = await waiting();
    await queues.drain();
    await pass(queues, 3_000);
    await queues.query(
      `update millrace.delivery set attempt = 1, lease_token = gen_random_uuid(),
         lease_expires_at = statement_timestamp() - interval '1 s'`,
    );
    expect(await queues.drain()).toMatchObject({ snoozed: 1 });
    expect((await waitOf(queues)).wait).toBe(300);
    await pass(queues, 400);
    const failing = defineRegistry({
      queues: [
        defineQueue({
          name: 'mail',
          subscriptions: [
            on(shipped, () => {
              throw new Error('not now');
            }),
          ],
        }),
      ],
    });
    expect(await queues.drain({ registry: failing })).toMatchObject({ retried: 1 });
    await pass(queues, 86_400);
    expect(await queues.drain()).toMatchObject({ snoozed: 1 });
    expect((await waitOf(queues)).wait).toBe(30);
    await pass(queues, 30);
    expect(await queues.drain({ registry: newer })).toMatchObject({ done: 1 });
    expect((await attemptsOf(queues, id)).map(({ outcome }) => outcome)).toEqual([
      'snooze',
      'expired',
      'snooze',
      'retry',
      'snooze',
      'done',
    ]);
  });
});
