// What happens at the same moment while a deployment grows: its end and producers, and producers with one idempotency key.
import { beforeAll, expect, test } from 'vitest';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { enqueueMessages, type Place } from '#queue/routines/enqueue.ts';
import {
  enqueueForwarded,
  type Forward,
  keepForward,
  readForwards,
} from '#queue/routines/forwards.ts';
import { endGrowth } from '#queue/routines/placement.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { databasesOf, deploy, groupAt, passAnHour } from '#test/support/sql/spread.ts';
import { end, SqlQueue } from '#test/support/sql/sql-queue.ts';

const databases = (await databasesOf(2)) as [TestDatabase, TestDatabase];
const [first] = databases;
beforeAll(async () => {
  await deploy([first]);
  await deploy(databases);
  await passAnHour(databases);
});

const knowing = (count: number, asked = false): Place => ({ databases: count, asked });

async function enqueue(
  number: number,
  options: { place?: Place; groupKey?: string; idempotencyKey?: string },
) {
  const message = { id: uuidV7(), type: 'work.item', payload: {}, ...options };
  await enqueueMessages(at(number).database, [message], 'key:shop');
}

function at(number: number): TestDatabase {
  const database = databases[number];
  if (!database) throw new Error(`there is no database ${number}`);
  return database;
}

/** Goes where it is sent to, and comes again while somebody else decides. */
async function followed(
  number: number,
  call: (number: number, asked: boolean) => Promise<unknown>,
) {
  let [target, asked] = [number, false];
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      return await call(target, asked);
    } catch (error) {
      if (error instanceof EnqueueRefused && error.code === 'elsewhere')
        [target, asked] = [error.database ?? 0, error.asked ?? false];
      else if (Object(error).code !== '55P03') throw error;
    }
  }
  throw new Error('it was sent from one database to another for ever');
}

/** Opens a transaction that adds to a group, of which nothing else is there any more. */
async function addingTo(groupKey: string) {
  await first.query(
    `insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, group_key, error)
     select gen_random_uuid(), q.id, 1, 5, 1, 'work.item', $1, '{}' from millrace.queue q where q.name = 'work'`,
    [groupKey],
  );
  const producer = await connect(first);
  await producer.query('begin');
  await producer.query('select millrace.enqueue($1, $2, $3)', ['work.item', {}, { groupKey }]);
  await first.query('delete from millrace.dead_letter where group_key = $1', [groupKey]);
  return producer;
}

test('a growth does not end while a producer goes by it', async () => {
  const producer = await addingTo(groupAt(0, 1));
  await expect(endGrowth(first.database)).rejects.toMatchObject({ code: '55P03' });
  await producer.query('rollback');
});

test('a migration waits for no producer who leaves a transaction open, and says that the growth goes on', async () => {
  const producer = await addingTo(groupAt(0, 1));
  const { lines } = await deploy(databases);
  expect(lines).toContainEqual(
    expect.objectContaining({
      message: 'the growth is not settled',
      attributes: { left: expect.stringContaining('stays open') },
    }),
  );
  await producer.query('rollback');
});

test('a growth that had nothing left is looked at again when producers have ended', async () => {
  const producer = await addingTo(groupAt(0, 1));
  const ending = endGrowth(first.database);
  expect(await waitsForLock(first, ending)).toBe(true);
  await producer.query('commit');
  expect(await ending).toMatchObject({ groups: 1 });
  const [placement] = await first.query('select before from millrace.placement');
  expect(placement).toEqual({ before: 1 });
});

/** The relaying consumer of database 0. */
async function forwardAll(): Promise<void> {
  const queue = new SqlQueue('elsewhere', 'work.item', first.query);
  for (;;) {
    const { deliveries, token } = await queue.claim({ count: 100 });
    if (deliveries.length === 0) return;
    const forwards = await readForwards(
      first.database,
      token,
      deliveries.map(({ id }) => id),
    );
    for (const [place, delivery] of deliveries.entries()) {
      const isSent = await send(forwards[place], token);
      if (isSent) await queue.settle(end('done', delivery));
    }
  }
}

async function send(forward: Forward | null | undefined, token: string): Promise<boolean> {
  if (!forward) throw new Error('it is not held');
  const { id } = forward;
  return Boolean(
    await followed(forward.database, async (number, asked) => {
      if (number === 0) return !(await keepForward(first.database, { token, id, asked }));
      await enqueueForwarded(at(number).database, forward, asked);
      return true;
    }),
  );
}

test('of producers with one idempotency key, of old code and new, one has its message delivered', async () => {
  const keys = Array.from({ length: 12 }, (_, n) => groupAt(0, n % 2));
  const newCode = (number: number, idempotencyKey: string) =>
    followed(number, (target, asked) =>
      enqueue(target, { idempotencyKey, place: knowing(2, asked) }),
    );
  const oldCode = (idempotencyKey: string) => enqueue(0, { idempotencyKey, place: knowing(1) });
  await Promise.all(
    keys.flatMap((key) => [newCode(1, key), oldCode(key), newCode(0, key), oldCode(key)]),
  );
  await forwardAll();
  const counted = await Promise.all(
    databases.map(({ query }) =>
      query(
        `select k.key from millrace.delivery d
         join millrace.queue q on q.id = d.queue_id and q.name = 'work'
         left join millrace.idempotency_key k on k.message_id = d.message_id
         where d.group_key is null`,
      ),
    ),
  );
  const delivered = counted.flat().map(({ key }) => key);
  expect(delivered.toSorted()).toEqual(keys.toSorted());
});
