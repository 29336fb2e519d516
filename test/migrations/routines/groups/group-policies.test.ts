// What becomes of a group when one of its members has died: it goes on, or it waits.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import {
  changePolicy,
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const die = (delivery: Delivery) => end('dead', delivery, { error: { message: 'no use' } });

/** One group with the payloads 1, 2, 3… */
async function withGroup(count: number, policy: object = {}): Promise<SqlQueue> {
  const queue = await declareQueue(db, policy);
  await queue.enqueueMany(
    Array.from({ length: count }, (_, n) => ({ groupKey: 'g', payload: n + 1 })),
  );
  return queue;
}

const claimAll = async (queue: SqlQueue) => (await queue.claim({ count: 100 })).deliveries;
const claimable = async (queue: SqlQueue) => (await claimAll(queue)).map(({ payload }) => payload);

/** Settles round after round what can be claimed; answers the payloads of each round. */
async function rounds(queue: SqlQueue): Promise<unknown[][]> {
  const seen: unknown[][] = [];
  for (;;) {
    const deliveries = await claimAll(queue);
    if (deliveries.length === 0) return seen;
    seen.push(deliveries.map(({ payload }) => payload));
    await queue.settle(...deliveries.map((each) => done(each)));
  }
}

const lettersOf = async (queue: SqlQueue) => (await queue.deadLetters()).map(({ id }) => id);

describe('a group that skips its dead letters', () => {
  test('goes on, and takes them back at its end', async () => {
    const queue = await withGroup(4);
    await queue.settle(die(await queue.claimOne()));
    await queue.settle(die(await queue.claimOne()));
    const third = await queue.claimOne();
    expect(await operator.redrive({ queue: queue.name })).toMatchObject({ redriven: 2 });
    expect(await claimable(queue)).toEqual([]);
    await queue.settle(done(third));
    expect(await rounds(queue)).toEqual([[4], [1], [2]]);
  });

  test('takes one back at once when nobody else is there', async () => {
    const queue = await withGroup(1);
    await queue.settle(die(await queue.claimOne()));
    await operator.redrive({ queue: queue.name });
    expect(await claimAll(queue)).toMatchObject([{ payload: 1, attempt: 1, groupKey: 'g' }]);
  });

  test('does not notice when they are discarded', async () => {
    const queue = await withGroup(3);
    await queue.settle(die(await queue.claimOne()));
    await operator.discard({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[2], [3]]);
  });
});

describe('a group that waits for its dead letters', () => {
  const waits = { deadBlocksGroup: true };

  test.each([
    ['is rejected', { maxAttempts: 3 }, 'dead'],
    ['has no attempts left', { maxAttempts: 1 }, 'retry'],
  ])('stands still when its head %s', async (_, policy, outcome) => {
    const queue = await withGroup(3, { ...waits, ...policy });
    await queue.settle(end(outcome, await queue.claimOne(), { error: {} }));
    expect(await claimable(queue)).toEqual([]);
    const id = await queue.enqueue({ groupKey: 'g' }, 4);
    expect(await claimable(queue)).toEqual([]);
    expect((await queue.rows()).at(-1)).toMatchObject({ id, status: 'blocked' });
    await queue.enqueue({ groupKey: 'another' }, 'other');
    expect(await claimable(queue)).toEqual(['other']);
  });

  test('stands still when its head dies with its consumer', async () => {
    const queue = await withGroup(2, { ...waits, maxAttempts: 1 });
    await queue.claimOne();
    await queue.expireLeases();
    await queue.loseSuspects();
    expect((await queue.claimSuspect()).dead).toHaveLength(1);
    expect(await claimable(queue)).toEqual([]);
  });

  test('takes a redriven one back to its old place', async () => {
    const queue = await withGroup(3, waits);
    await queue.settle(done(await queue.claimOne()));
    await queue.settle(die(await queue.claimOne()));
    await queue.enqueue({ groupKey: 'g' }, 4);
    await operator.redrive({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[2], [3], [4]]);
  });

  test('goes on without a discarded one', async () => {
    const queue = await withGroup(3, waits);
    await queue.settle(die(await queue.claimOne()));
    expect(await operator.discard({ queue: queue.name })).toMatchObject({ discarded: 1 });
    expect(await rounds(queue)).toEqual([[2], [3]]);
  });

  test('waits again when the redriven one dies again', async () => {
    const queue = await withGroup(2, waits);
    for (let n = 0; n < 3; n += 1) {
      await queue.settle(die(await queue.claimOne()));
      expect(await claimable(queue)).toEqual([]);
      await operator.redrive({ queue: queue.name });
    }
    expect(await rounds(queue)).toEqual([[1], [2]]);
  });

  test('waits though its waiting members are cancelled, purged or joined', async () => {
    const queue = await withGroup(4, waits);
    await queue.settle(die(await queue.claimOne()));
    const [second] = await queue.rows();
    await operator.cancel(second?.id ?? '');
    await operator.purge(queue.name, queue.name, { maxCount: 1 });
    await queue.enqueue({ groupKey: 'g' }, 5);
    expect(await claimable(queue)).toEqual([]);
    await operator.redrive({ queue: queue.name });
    const seen = (await rounds(queue)).flat();
    expect(seen[0]).toBe(1);
    expect(seen).toHaveLength(3);
  });

  test('is replayed a dead letter to its old place, too', async () => {
    const queue = await withGroup(2, waits);
    await queue.settle(die(await queue.claimOne()));
    const [letter = ''] = await lettersOf(queue);
    expect(await operator.replay(letter)).toEqual({ queues: [queue.name] });
    expect(await rounds(queue)).toEqual([[1], [2]]);
  });
});

describe('a wide group that waits for its dead letters', () => {
  const policy = { deadBlocksGroup: true, groupConcurrency: 3 };

  /** Of five members the first three were claimed: two died, one is still at work. */
  async function setup() {
    const queue = await withGroup(5, policy);
    const [first, second, third] = (await claimAll(queue)) as [Delivery, Delivery, Delivery];
    await queue.settle(die(second));
    await queue.settle(die(first));
    return { queue, third, firstId: first.id, secondId: second.id };
  }

  test('lets nobody start until both are redriven, and then starts in order', async () => {
    const { queue, third } = await setup();
    await queue.settle(done(third));
    expect(await claimable(queue)).toEqual([]);
    await operator.redrive({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[1, 2, 4], [5]]);
  });

  test('starts no more beside the one at work than it may', async () => {
    const { queue, third } = await setup();
    await operator.redrive({ queue: queue.name });
    expect(await claimable(queue)).toEqual([1, 2]);
    await queue.settle(done(third));
    expect(await claimable(queue)).toEqual([4]);
  });

  test('lets one that is ahead of the other dead letter start, and nobody behind it', async () => {
    const { queue, third, firstId } = await setup();
    await operator.redrive({ ids: [firstId] });
    const [first] = await claimAll(queue);
    expect(first?.payload).toBe(1);
    await queue.settle(done(first as Delivery), done(third));
    expect(await claimable(queue)).toEqual([]);
    await operator.redrive({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[2, 4, 5]]);
  });

  test('keeps one that is behind the other dead letter waiting at its place', async () => {
    const { queue, third, secondId } = await setup();
    await operator.redrive({ ids: [secondId] });
    await queue.settle(done(third));
    expect(await claimable(queue)).toEqual([]);
    await operator.discard({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[2, 4, 5]]);
  });
});

describe('a change of policy', () => {
  test('from waiting to skipping lets the groups go on that waited', async () => {
    const queue = await withGroup(3, { deadBlocksGroup: true });
    await queue.settle(die(await queue.claimOne()));
    await changePolicy(db, queue, { deadBlocksGroup: false });
    expect(await rounds(queue)).toEqual([[2], [3]]);
    await operator.redrive({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[1]]);
  });

  test('from skipping to waiting strands nobody', async () => {
    const queue = await withGroup(4);
    await queue.settle(die(await queue.claimOne()));
    const second = await queue.claimOne();
    await changePolicy(db, queue, { deadBlocksGroup: true });
    await queue.settle(done(second));
    expect(await claimable(queue)).toEqual([]);
    await operator.redrive({ queue: queue.name });
    expect(await rounds(queue)).toEqual([[1], [3], [4]]);
  });

  test('in the middle of a group lets a redriven one start at its old place as soon as there is room', async () => {
    const queue = await withGroup(3);
    await queue.settle(die(await queue.claimOne()));
    const second = await queue.claimOne();
    await changePolicy(db, queue, { deadBlocksGroup: true });
    await operator.redrive({ queue: queue.name });
    await queue.settle(done(second));
    expect(await rounds(queue)).toEqual([[1], [3]]);
  });
});
