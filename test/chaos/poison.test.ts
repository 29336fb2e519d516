// A message that kills its consumer's process every time, and its two hundred neighbours.
import { expect, test } from 'vitest';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { startConsumer, untilQuiet } from '#test/support/chaos/consumers.ts';
import { fated, makeTraceTable, poisonedRegistry } from '#test/support/chaos/fated-queues.ts';
import { isLong, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';

const neighbours = 200;

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

/** Consumers, one after another, until nothing is left. Answers how many ended without a word. */
async function consumeAll(database: Awaited<ReturnType<typeof createDatabase>>): Promise<number> {
  let killed = 0;
  for (let left = 1; left > 0; ) {
    const summary = await (await startConsumer(database.url, 'poisoned')).run();
    if (!summary) killed += 1;
    await untilQuiet(database);
    await expireLeases(database);
    await makeDue(database);
    left = (await database.query('select from millrace.delivery')).length;
    expect(killed).toBeLessThan(100);
  }
  return killed;
}

test.each(isLong ? [1, 3, 10] : [2])(
  `%d poisonous messages die of their attempts, in two queues, and harm nobody (seed ${seed})`,
  async (poisons) => {
    const { database, poisonous } = await setup(poisons);
    const killed = await consumeAll(database);
    const deaths = await database.query(
      'select message_id as id, queue, attempt from millrace.delivery_status where status = $1',
      ['dead'],
    );
    const expected = poisonous.flatMap((id) =>
      ['first', 'second'].map((queue) => ({ id, queue, attempt: 3 })),
    );
    expect(deaths).toHaveLength(expected.length);
    expect(deaths).toEqual(expect.arrayContaining(expected));

    const others = await database.query(
      `select s.queue, s.status, count(*)::integer, max(s.attempt) as attempts
       from millrace.delivery_status s where s.message_id <> all ($1) group by 1, 2 order by 1`,
      [poisonous],
    );
    const done = { status: 'done', count: neighbours };
    expect(others).toMatchObject([
      { ...done, queue: 'first' },
      { ...done, queue: 'second' },
    ]);
    for (const { attempts } of others) expect(attempts).toBeLessThanOrEqual(2);
    // Every one of a poison's attempts takes a process along, and nothing else does.
    expect(killed).toBeLessThanOrEqual(3 * poisons * 2);
  },
);
