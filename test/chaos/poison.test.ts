// A message that kills its consumer's process every time, and its three hundred neighbours, in queues with few attempts
// and with more.
import { expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startConsumer, untilQuiet } from '#test/support/chaos/consumers.ts';
import {
  fated,
  makeTraceTable,
  poisonedQueues,
  poisonedRegistry,
} from '#test/support/chaos/fated-queues.ts';
import { isLong, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';

const neighbours = 300;

async function setup(poisons: number) {
  const random = seededRandom();
  const database = await createDatabase();
  await syncRegistry(database.database, poisonedRegistry);
  await database.query(makeTraceTable);
  const messages = Array.from({ length: neighbours }, () => ({ end: 'done', workMs: 0 }));
  const ids: string[] = [];
  for (let n = 0; n < poisons; n += 1)
    messages.splice(random.below(messages.length), 0, { end: 'poison', workMs: 0 });
  await enqueueMessages(
    database.database,
    messages.map((payload) => {
      const id = uuidV7();
      if (payload.end === 'poison') ids.push(id);
      return { id, type: fated.name, payload };
    }),
  );
  return { database, poisonous: ids };
}

/** So many consumers at once, again and again, until nothing is left. Answers how many ended without a word. */
async function consumeAll(
  database: Awaited<ReturnType<typeof createDatabase>>,
  consumers: number,
): Promise<number> {
  let killed = 0;
  for (let left = 1; left > 0; ) {
    const started = await Promise.all(
      Array.from({ length: consumers }, () => startConsumer(database.url, 'poisoned')),
    );
    const summaries = await Promise.all(started.map((consumer) => consumer.run()));
    killed += summaries.filter((summary) => !summary).length;
    await untilQuiet(database);
    await expireLeases(database);
    await makeDue(database);
    left = (
      await database.query('select from millrace.delivery union all select from millrace.parcel')
    ).length;
    expect(killed).toBeLessThan(300);
  }
  return killed;
}

const cases = [
  { poisons: 1, consumers: 1 },
  { poisons: 2, consumers: 2 },
  ...(isLong
    ? [
        { poisons: 3, consumers: 1 },
        { poisons: 10, consumers: 3 },
      ]
    : []),
];

test.each(cases)(
  `$poisons poisonous messages die of their attempts and harm nobody, with $consumers consumers (seed ${seed})`,
  async ({ poisons, consumers }) => {
    const { database, poisonous } = await setup(poisons);
    const killed = await consumeAll(database, consumers);
    const deaths = await database.query(
      'select message_id as id, queue, attempt from millrace.delivery_status where status = $1',
      ['dead'],
    );
    const expected = poisonous.flatMap((id) =>
      poisonedQueues.map(({ name, maxAttempts }) => ({ id, queue: name, attempt: maxAttempts })),
    );
    expect(deaths).toHaveLength(expected.length);
    expect(deaths).toEqual(expect.arrayContaining(expected));

    const others = await database.query(
      `select s.queue, s.status, count(*)::integer, max(s.attempt) as attempts
       from millrace.delivery_status s where s.message_id <> all ($1) group by 1, 2 order by 1`,
      [poisonous],
    );
    expect(others).toMatchObject(
      poisonedQueues.map(({ name }) => ({ queue: name, status: 'done', count: neighbours })),
    );
    // Every one of a poison's attempts takes a process along, and nothing else does. It has two at least: the first, and
    // one alone.
    const attempts = poisonedQueues.map(({ maxAttempts }) => Math.max(2, maxAttempts));
    expect(killed).toBeLessThanOrEqual(poisons * attempts.reduce((sum, each) => sum + each));
  },
);
