import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { connections } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

/** What consumers saw: each start of a delivery, in the order of the starts. */
interface Start {
  readonly id: string;
  readonly group: string | null;
}

/** When a message was enqueued, by the test's clock, and its place in the batch. */
interface Enqueue {
  readonly called: number;
  readonly committed: number;
  readonly place: number;
}

interface Race {
  readonly producers: number;
  readonly batches: number;
  /** The messages of one batch. */
  readonly batch: (producer: number, n: number) => object[];
  /** How a consumer ends what it claimed. */
  readonly outcome: (delivery: Delivery, n: number) => object;
}

/** Producers and four consumers at once, until all is enqueued and nothing is left to claim. */
async function race(
  queue: SqlQueue,
  { producers, batches, batch, outcome }: Race,
): Promise<{ starts: Start[]; enqueues: ReadonlyMap<string, Enqueue> }> {
  const starts: Start[] = [];
  const enqueues = new Map<string, Enqueue>();
  let producing = producers;
  const produce = async (client: Client, producer: number) => {
    for (let n = 0; n < batches; n += 1) {
      // A transaction that stays open a moment, and now and then changes its mind.
      await client.query('begin');
      const called = performance.now();
      const answers = await queue.on(client).enqueueMany(batch(producer, n));
      await client.query(n % 7 === 3 ? 'rollback' : 'commit');
      const committed = performance.now();
      for (const [place, { id }] of answers.entries())
        enqueues.set(id, { called, committed, place });
    }
    producing -= 1;
  };
  const consume = async (client: Client) => {
    const connected = queue.on(client);
    for (let n = 0; ; n += 1) {
      const isLast = producing === 0;
      const { deliveries } = await connected.claim({ count: 3 });
      for (const { id, groupKey } of deliveries) starts.push({ id, group: groupKey });
      // A group that another consumer had hold of is left for the next claim.
      if (deliveries.length === 0 && isLast && (await connected.rows()).length === 0) return;
      await connected.settle(...deliveries.map((delivery) => outcome(delivery, n)));
    }
  };
  const clients = await connections(db, producers + 4);
  await Promise.all(
    clients.map((client, n) => (n < producers ? produce(client, n) : consume(client))),
  );
  return { starts, enqueues };
}

const isAhead = (one: Enqueue, other: Enqueue) =>
  one.called === other.called ? one.place < other.place : one.committed < other.called;

/**
 * Asserts that in each group nobody started before the one ahead had ended for good. Ahead is whose transaction had
 * committed before the other one's enqueue was called: of two that overlap, either may come first.
 */
function expectInOrder(starts: readonly Start[], enqueues: ReadonlyMap<string, Enqueue>): void {
  const spans = new Map<string, { group: string; first: number; last: number }>();
  for (const [index, { id, group }] of starts.entries()) {
    if (group === null) continue;
    spans.set(id, { group, first: spans.get(id)?.first ?? index, last: index });
  }
  const inGroups = [...spans].flatMap(([id, span]) => {
    const enqueue = enqueues.get(id);
    return enqueue ? [{ id, ...span, ...enqueue }] : [];
  });
  const early = inGroups.filter((late) =>
    inGroups.some(
      (ahead) => ahead.group === late.group && ahead.last > late.first && isAhead(ahead, late),
    ),
  );
  expect(early).toEqual([]);
}

test('keeps order and strands nobody while 20 producers and 4 consumers share one group', async () => {
  const queue = await declareQueue(db);
  const { starts, enqueues } = await race(queue, {
    producers: 20,
    batches: 10,
    batch: () => [{ groupKey: 'g' }],
    outcome: (delivery) => done(delivery),
  });
  expect(await queue.rows()).toEqual([]);
  expectInOrder(starts, enqueues);
  // Each producer rolled one of its batches back.
  expect(starts).toHaveLength(20 * 9);
  expect(new Set(starts.map(({ id }) => id)).size).toBe(starts.length);
});

test('keeps order and strands nobody whatever outcomes the heads have', async () => {
  const queue = await declareQueue(db, { maxAttempts: 2, retryBaseSeconds: 0 });
  const results = ['done', 'retry', 'snooze', 'release', 'dead'];
  const { starts, enqueues } = await race(queue, {
    producers: 8,
    batches: 10,
    batch: (producer, n) =>
      [`a${n % 3}`, `b${(producer + n) % 5}`, null, `a${n % 3}`].map((groupKey) => ({ groupKey })),
    outcome: (delivery, n) =>
      end(results[(n + Number.parseInt(delivery.id.slice(-1), 16)) % 5] ?? 'done', delivery, {
        error: {},
        delaySeconds: 0,
      }),
  });
  expect(await queue.rows()).toEqual([]);
  expectInOrder(starts, enqueues);
  const ended = (await queue.attempts()).filter(({ outcome }) => /done|dead/.test(outcome));
  expect(ended).toHaveLength(8 * 9 * 4);
});

test('keeps order and strands nobody while follow-ups join the groups', async () => {
  const queue = await declareQueue(db);
  const { starts, enqueues } = await race(queue, {
    producers: 6,
    batches: 10,
    batch: (producer, n) => [
      { groupKey: `g${producer % 3}`, payload: 'first' },
      { groupKey: `g${n % 3}`, payload: 'first' },
    ],
    outcome: (delivery, n) =>
      done(delivery, {
        enqueue:
          delivery.payload === 'first'
            ? [{ type: queue.type, groupKey: `g${n % 3}`, payload: 'second' }]
            : [],
      }),
  });
  expect(await queue.rows()).toEqual([]);
  expectInOrder(starts, enqueues);
  expect(starts).toHaveLength(6 * 9 * 2 * 2);
});
