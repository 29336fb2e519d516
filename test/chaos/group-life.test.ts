// Random lives of groups, with transactions that stay open while others go on: whatever happens in which order, members
// start in the order that was promised, and in the end nothing is left behind.
import * as fc from 'fast-check';
import { test } from 'vitest';
import { GroupLife } from '#test/support/chaos/group-life.ts';
import { move, policy, queueCount, seats } from '#test/support/chaos/group-life-steps.ts';
import { isLong, seed } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import { changePolicy, declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** What a life that failed has left would be in the way of the next one, which looks for its smallest part. */
const tables = [
  'delivery',
  'dead_letter',
  'message_group',
  'disturbed_group',
  'idempotency_key',
  'attempt',
  'message',
];

test(`every random life of groups keeps what they promise (seed ${seed})`, async () => {
  const first = await declareQueue(db, { retryBaseSeconds: 0 });
  const queues = [first, await declareQueue(db, { type: first.type, retryBaseSeconds: 0 })];
  const clients = await connections(db, seats);
  for (const client of clients) await client.query(`set lock_timeout = '300ms'`);
  await db.query(`set lock_timeout = '300ms'`);

  const lives = fc.asyncProperty(
    fc.array(policy, { minLength: queueCount, maxLength: queueCount }),
    fc.array(move, { minLength: 20, maxLength: 60, size: 'max' }),
    async (policies, moves) => {
      for (const client of clients) await client.query('rollback');
      for (const table of tables) await db.query(`delete from millrace.${table}`);
      for (const [n, queue] of queues.entries()) {
        await changePolicy(db, queue, policies[n] ?? {});
        await queue.pause(false);
      }
      const life = new GroupLife(db, queues, clients);
      for (const each of moves) await life.make(each);
      await life.finish();
    },
  );
  await fc.assert(lives, { seed, numRuns: isLong ? 1_000 : 15, endOnFailure: !isLong });
});
