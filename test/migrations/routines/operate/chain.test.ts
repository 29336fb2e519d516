// What caused a message and what it has caused: in order, and never more than a page can show.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

interface Chain {
  readonly items: readonly { id: string; type: string; causedBy: string | null; status: string }[];
  readonly more: boolean;
}

const db = await createDatabase();

async function chainOf(id: string): Promise<Chain | null> {
  const [row] = await db.query<{ chain: Chain }>('select millrace.chain($1) as chain', [id]);
  if (!row) throw new Error('no row');
  return row.chain;
}

const idsOf = (chain: Chain | null) => chain?.items.map(({ id }) => id);

/** Handles the queue's next message, which enqueues so many; answers their ids. */
async function cause(queue: SqlQueue, count: number): Promise<string[]> {
  const delivery = await queue.claimOne();
  const ids = Array.from({ length: count }, () => uuidV7()).toSorted();
  const enqueue = ids.map((id) => ({ id, type: queue.type, payload: 1 }));
  await queue.settle(done(delivery, { enqueue }));
  return ids;
}

test('is null for a message that is not kept', async () => {
  expect(await chainOf(randomUUID())).toBeNull();
});

test('has the causes back to the first, the message, and its follow-ups level by level', async () => {
  const queue = await declareQueue(db);
  const root = await queue.enqueue();
  const [first = '', second = ''] = await cause(queue, 2);
  const ofFirst = await cause(queue, 2);
  const ofSecond = await cause(queue, 1);
  const [deepest = ''] = await cause(queue, 1);
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  expect(idsOf(await chainOf(root))).toEqual([
    ...[root, first, second],
    ...[...ofFirst, ...ofSecond],
    deepest,
  ]);
  expect(await chainOf(ofFirst[0] ?? '')).toEqual({
    items: [
      ...[root, first, ofFirst[0] ?? ''].map((id, n) => ({
        id,
        type: queue.type,
        createdAt: expect.any(String),
        causedBy: n === 0 ? null : n === 1 ? root : first,
        status: 'done',
      })),
      {
        id: deepest,
        type: queue.type,
        createdAt: expect.any(String),
        causedBy: ofFirst[0],
        status: 'pending',
      },
    ],
    more: false,
  });
  const chain = await chainOf(second);
  expect(chain?.items.map(({ status }) => status)).toEqual(['done', 'done', 'pending']);
});

test('shows 200 of many follow-ups, the first ones, and that there are more', async () => {
  const queue = await declareQueue(db);
  const root = await queue.enqueue();
  const ids = await cause(queue, 199);
  expect(await chainOf(root)).toMatchObject({ more: false, items: { length: 200 } });
  await cause(queue, 3);
  const chain = await chainOf(root);
  expect(chain?.more).toBe(true);
  expect(idsOf(chain)).toEqual([root, ...ids]);
});

test('shows the nearest 50 of many causes', async () => {
  const queue = await declareQueue(db);
  const ids = [await queue.enqueue()];
  for (let n = 0; n < 51; n += 1) ids.push(...(await cause(queue, 1)));
  expect(await chainOf(ids[50] ?? '')).toMatchObject({ more: false, items: { length: 52 } });
  const chain = await chainOf(ids[51] ?? '');
  expect(idsOf(chain)).toEqual(ids.slice(1));
  expect(chain?.more).toBe(true);
});

test('begins with the oldest message that is still kept', async () => {
  const queue = await declareQueue(db);
  const root = await queue.enqueue();
  const [id = ''] = await cause(queue, 1);
  await db.query('delete from millrace.message where id = $1', [root]);
  expect(await chainOf(id)).toMatchObject({ items: [{ id, causedBy: root }], more: false });
});
