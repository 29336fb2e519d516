// A queue that only the newer code has, when an application is rolled back: what it holds waits, to be seen by operators, and
// goes on when the code is back.
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { ignore, placed } from '#test/support/queue/deploying.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { Operator } from '#test/support/sql/operator.ts';

const lane = (name: string) => defineQueue({ name, subscriptions: [on(placed, ignore)] });

test('waits, is counted as not declared, and goes on when its code is back', async () => {
  const [mail, payments] = [lane('mail'), lane('payments')];
  const older = defineRegistry({ queues: [mail] });
  const queues = await openQueues(mail, payments);
  const operator = new Operator(queues.query);
  const stats = async () => {
    const [row] = await operator.stats('payments');
    return { declared: row?.declared, depth: row?.depth };
  };
  await queues.enqueue(placed, {});
  const waiting = { pending: 1, processing: 0, scheduled: 0, blocked: 0, dead: 0 };

  await syncRegistry(queues.database, older);
  expect(await queues.drain({ registry: older })).toMatchObject({ done: 1, dead: 0 });
  // Two hours are longer than a consumer would wait for what it does not know.
  await queues.query(
    `update millrace.delivery set available_at = available_at - interval '2 hours'`,
  );
  // What comes in meanwhile is not for this queue.
  await queues.enqueue(placed, {});
  expect(await queues.drain({ registry: older })).toMatchObject({ done: 1, dead: 0 });
  expect(await stats()).toEqual({ declared: false, depth: waiting });

  await syncRegistry(queues.database, defineRegistry({ queues: [mail, payments] }));
  expect(await stats()).toEqual({ declared: true, depth: waiting });
  expect(await queues.drain()).toMatchObject({ done: 1, dead: 0 });
  expect(await stats()).toMatchObject({ depth: { ...waiting, pending: 0 } });
});
