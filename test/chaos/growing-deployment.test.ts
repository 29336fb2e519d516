// A deployment grows from one database to three while producers, consumers and relays are at work and their connections are cut.
// A group never runs in two databases at once, keeps the order in which its messages were acknowledged, and nothing is lost or doubled.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cutOne } from '#test/support/chaos/cut-line.ts';
import { isLong, seed, seededRandom } from '#test/support/chaos/seeded-random.ts';
import { SpreadLife } from '#test/support/chaos/spread-life.ts';
import { SpreadRecord } from '#test/support/chaos/spread-record.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { databasesOf, deploy, passAnHour } from '#test/support/sql/spread.ts';

const groups = Array.from({ length: 40 }, (_, n) => `customer-${n}`);

async function endGrowth(databases: readonly TestDatabase[], isUrgent: () => void): Promise<void> {
  await passAnHour(databases);
  const until = performance.now() + 500;
  for (;;) {
    if (performance.now() > until) isUrgent();
    let isOver = true;
    let left: unknown;
    for (const { query } of databases) {
      if (isOver) left = await query('select millrace.end_growth() as left').catch(String);
      const [row] = await query('select before from millrace.placement');
      isOver &&= row?.['before'] === null;
    }
    if (isOver) return;
    if (performance.now() > until + 20_000)
      throw new Error(`the growth does not end: ${JSON.stringify(left)}`);
    await wait(20);
  }
}

async function live(random: ReturnType<typeof seededRandom>, cutEveryMs: number) {
  const databases = await databasesOf(3);
  await deploy(databases.slice(0, 1));
  const record = new SpreadRecord();
  const life = new SpreadLife({ databases, record, random, groups });
  let newest = 1;
  // Code that is deployed reaches one function after the other.
  const codes = Array.from({ length: 4 }, () => ({ knows: 1 }));
  const troubles = (async () => {
    while (life.isProducing) {
      await wait(random.below(2 * cutEveryMs));
      await cutOne(databases[random.below(newest)] as TestDatabase).catch(() => {});
    }
  })();
  for (const code of codes) life.produceOverHttp(() => code.knows);
  const open = (number: number) => {
    life.produceInSql(number);
    life.consume(number);
    life.consume(number);
    life.redrive(number);
  };
  open(0);
  for (const count of isLong ? [2, 3] : [2]) {
    await wait(400);
    await deploy(databases.slice(0, count));
    newest = count;
    open(count - 1);
    // There was no relay before there were two.
    const relayed = count === 2 ? [0, 1] : [2];
    for (const number of relayed) for (const code of codes) life.relay(number, () => code.knows);
    for (const code of codes) {
      await wait(random.below(300));
      code.knows = count;
    }
    const restMs = life.restMs;
    await endGrowth(databases.slice(0, count), () => {
      life.restMs = 1000;
    });
    life.restMs = restMs;
  }
  await wait(300);
  life.isProducing = false;
  await troubles;
  const until = performance.now() + 20_000;
  while (!record.isAllDone && performance.now() < until) await wait(20);
  life.isConsuming = false;
  await life.ended();
  return { record, life };
}

test.each(Array.from({ length: isLong ? 30 : 1 }, (_, n) => seed + n))(
  `nothing is out of order (seed %i)`,
  async (from) => {
    const { record, life } = await live(seededRandom(from), 60);

    expect(record.verdict().slice(0, 10)).toEqual([]);
    expect(record.lives.size).toBeGreaterThan(100);
    expect(life.troubles).toBeGreaterThan(5);
  },
  60_000,
);
