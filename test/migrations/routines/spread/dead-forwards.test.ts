// A forward that has died, such as of ten consumers that were killed with it in their hands: its group waits behind it.
import { expect, test } from 'vitest';
import { enqueueMessages, type Place } from '#queue/routines/enqueue.ts';
import { endGrowth } from '#queue/routines/placement.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { databasesOf, deploy, groupAt, passAnHour } from '#test/support/sql/spread.ts';
import { end, SqlQueue } from '#test/support/sql/sql-queue.ts';

const databases = (await databasesOf(2)) as [TestDatabase, TestDatabase];
const [first] = databases;
const elsewhere = new SqlQueue('elsewhere', 'work.item', first.query);
await deploy([first]);
await deploy(databases);

async function enqueue(groupKey: string, place?: Place): Promise<string> {
  const id = uuidV7();
  const message = { id, type: 'work.item', payload: {}, groupKey, ...(place && { place }) };
  await enqueueMessages(first.database, [message]);
  return id;
}

/** Each consumer is killed with what it has claimed. */
async function killConsumers(count: number): Promise<void> {
  await elsewhere.claimOne();
  for (let killed = 1; killed < count; killed += 1) {
    await elsewhere.expireLeases();
    await elsewhere.claimSuspect();
  }
  await elsewhere.expireLeases();
  await elsewhere.loseSuspects();
  await elsewhere.claimSuspects({ alone: true });
}

const claimable = async () => (await elsewhere.claim({ count: 10 })).deliveries;
const ofOldHttp = { databases: 1, asked: false };
const ofHttp = { databases: 2, asked: false };

test('a group stays in order when ten consumers are killed with its first forward', async () => {
  const groupKey = groupAt(0, 1);
  const ids = [await enqueue(groupKey), await enqueue(groupKey)];
  await killConsumers(10);
  expect(await elsewhere.deadLetters()).toMatchObject([{ id: ids[0], attempts: 10 }]);
  ids.push(await enqueue(groupKey));
  expect(await claimable()).toEqual([]);

  await new Operator(first.query).redrive({ ids: [ids[0]] });
  const sent: string[] = [];
  for (const _ of ids) {
    const delivery = await elsewhere.claimOne();
    await elsewhere.settle(end('done', delivery));
    sent.push(delivery.id);
  }
  expect(sent).toEqual(ids);
});

test('what HTTP sends later waits behind a dead forward of HTTP, and so does the end of the growth', async () => {
  await passAnHour(databases);
  const groupKey = groupAt(0, 1);
  const id = await enqueue(groupKey, ofOldHttp);
  await elsewhere.settle(
    end('dead', await elsewhere.claimOne(), { error: { name: 'Error', message: 'refused' } }),
  );
  const later = await enqueue(groupKey, ofHttp);
  expect(await claimable()).toEqual([]);
  expect(await endGrowth(first.database)).toMatchObject({ forwards: 2 });

  await new Operator(first.query).discard({ ids: [id] });
  const delivery = await elsewhere.claimOne();
  expect(delivery.id).toBe(later);
  await elsewhere.settle(end('done', delivery));
  expect(await endGrowth(first.database)).toMatchObject({ forwards: 0 });
});
