// Random lives of messages, made by three consumers: invariants 1, 2, 3, 5 and 9, whatever happens in which order.
import * as fc from 'fast-check';
import { test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { Life } from '#test/support/chaos/life.ts';
import { limits, queueNames, step } from '#test/support/chaos/life-steps.ts';
import { isLong, seed } from '#test/support/chaos/seeded-random.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

test(`every random life agrees with the model (seed ${seed})`, async () => {
  const lives = fc.asyncProperty(
    fc.array(step, { minLength: 10, maxLength: 60 }),
    async (steps) => {
      const queues = queueNames.map((name) =>
        defineQueue({
          name,
          policy: limits.get(name) ?? {},
          subscriptions: [on(numbered, () => {})],
        }),
      );
      const life = new Life(await openQueues(...queues));
      for (const each of steps) await life.make(each);
      await life.finish();
      await life.expectSameHistory();
    },
  );
  await fc.assert(lives, { seed, numRuns: isLong ? 500 : 15, endOnFailure: !isLong });
});
