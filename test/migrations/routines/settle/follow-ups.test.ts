import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect, connections } from '#test/support/sql/connect.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

async function setup() {
  const queue = await declareQueue(db);
  const next = await declareQueue(db);
  await queue.enqueueMany([{}, {}, {}]);
  const { deliveries } = await queue.claim({ count: 3 });
  const [first, second, third] = deliveries as [Delivery, Delivery, Delivery];
  return { queue, next, first, second, third };
}

const followUp = (queue: SqlQueue, payload: unknown, options: object = {}) => ({
  type: queue.type,
  payload,
  ...options,
});

const payloadsOf = async (queue: SqlQueue) =>
  (await queue.claim({ count: 1_000 })).deliveries.map(({ payload }) => payload);

test('stores follow-ups in the order of the results and of each handler', async () => {
  const { queue, next, first, second } = await setup();
  await queue.settle(
    done(second, { enqueue: [followUp(next, 'a'), followUp(next, 'b')] }),
    done(first, { enqueue: [followUp(next, 'c')] }),
  );
  expect(await payloadsOf(next)).toEqual(['a', 'b', 'c']);
});

test('keeps the options of a follow-up', async () => {
  const { queue, next, first } = await setup();
  const id = uuidV7();
  const options = { id, delaySeconds: 60, priority: 2, headers: { a: 'b' }, groupKey: 'g' };
  await queue.settle(done(first, { enqueue: [followUp(next, 1, options)] }));
  const rows = await next.rows();
  expect(rows).toMatchObject([{ id, status: 'scheduled', priority: 2, groupKey: 'g' }]);
});

test.each(['retry', 'dead', 'snooze', 'release'])(
  'stores no follow-ups of a %s',
  async (outcome) => {
    const { queue, next, first, second } = await setup();
    const enqueue = [followUp(next, outcome)];
    await queue.settle(
      end(outcome, first, { enqueue, error: {}, delaySeconds: 1 }),
      done(second, { enqueue: [followUp(next, 'done')] }),
    );
    expect(await payloadsOf(next)).toEqual(['done']);
  },
);

test('stores follow-ups once when the settle is repeated', async () => {
  const { queue, next, first, second } = await setup();
  const results = [
    done(first, { enqueue: [followUp(next, 'without an id')] }),
    done(second, { enqueue: [followUp(next, 'with an id', { id: uuidV7() })] }),
  ];
  const clients = await connections(db, 6);
  await Promise.all(clients.map((client) => queue.on(client).settle(...results)));
  expect(await payloadsOf(next)).toEqual(['without an id', 'with an id']);
});

test('settles nothing at all when one follow-up is refused', async () => {
  const { queue, next, first, second, third } = await setup();
  const settling = queue.settle(
    done(first, { enqueue: [followUp(next, 'fine'), { type: 'test.unheard_of' }] }),
    end('dead', second, { error: {} }),
    done(third),
  );
  await expect(settling).rejects.toMatchObject({
    code: 'MR001',
    detail: expect.stringMatching(/"index" : 1, "pointer" : "\/type"/),
  });
  expect(await queue.rows()).toMatchObject(
    [first, second, third].map(({ id }) => ({ id, status: 'processing', attempt: 1 })),
  );
  expect(await queue.attempts()).toEqual([]);
  expect(await queue.deadLetters()).toEqual([]);
  expect(await next.rows()).toEqual([]);
});

test('claims nothing either when a follow-up is refused', async () => {
  const { queue, first } = await setup();
  const waiting = await queue.enqueue();
  const call = queue.settleAndClaim([done(first, { enqueue: [{ type: 'test.unheard_of' }] })]);
  await expect(call).rejects.toMatchObject({ code: 'MR001' });
  const last = (await queue.rows()).at(-1);
  expect(last).toMatchObject({ id: waiting, status: 'pending' });
});

test('claims a follow-up into its own queue in the very same call', async () => {
  const { queue, first } = await setup();
  const results = [done(first, { enqueue: [followUp(queue, 'again')] })];
  const { claimed } = await queue.settleAndClaim(results, { count: 10 });
  expect(claimed.deliveries).toMatchObject([{ payload: 'again', attempt: 1 }]);
});

test('puts a follow-up into the group of the delivery that caused it', async () => {
  const queue = await declareQueue(db);
  await queue.enqueueMany([
    { groupKey: 'g', payload: 1 },
    { groupKey: 'g', payload: 2 },
  ]);
  const order = [];
  for (let n = 0; n < 3; n += 1) {
    const delivery = await queue.claimOne();
    order.push(delivery.payload);
    const enqueue = n === 0 ? [followUp(queue, 3, { groupKey: 'g' })] : [];
    await queue.settle(done(delivery, { enqueue }));
  }
  expect(order).toEqual([1, 2, 3]);
  expect(await queue.rows()).toEqual([]);
});

test.each([1, 2])(
  'lets no more of a group start when a follow-up replaces one that waits in it: %i at once',
  async (groupConcurrency) => {
    const queue = await declareQueue(db, { groupConcurrency });
    const replaced = { idempotencyKey: 'k', groupKey: 'g' };
    const members = Array.from({ length: 7 }, (_, n) => ({
      type: queue.type,
      groupKey: 'g',
      ...(n === 3 && replaced),
      payload: n,
    }));
    // As follow-ups themselves: another owner's message would not be replaced.
    await db.query(`select millrace.enqueue_at_any_depth($1, 'handlers')`, [
      JSON.stringify(members),
    ]);
    const { deliveries } = await queue.claim({ count: 10 });
    const newer = followUp(queue, 'newer', { ...replaced, replace: true });
    await queue.settle(
      ...deliveries.map((each, n) => done(each, n === 0 ? { enqueue: [newer] } : {})),
    );
    const order: unknown[] = [];
    for (let left = await queue.rows(); left.length > 0; left = await queue.rows()) {
      expect(left.map(({ status }) => status !== 'blocked')).toEqual(
        left.map((_, n) => n < groupConcurrency),
      );
      const next = await queue.claim({ count: 10 });
      order.push(...next.deliveries.map(({ payload }) => payload));
      await queue.settle(...next.deliveries.map((each) => done(each)));
    }
    expect(order).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 'newer'].filter((n) => n !== 3).slice(groupConcurrency),
    );
  },
);

test('rolls follow-ups back with the transaction that settles', async () => {
  const { queue, next, first } = await setup();
  const client = await connect(db);
  await client.query('begin');
  await queue.on(client).settle(done(first, { enqueue: [followUp(next, 1)] }));
  await client.query('rollback');
  expect(await next.rows()).toEqual([]);
  expect((await queue.settle(done(first))).settled).toBe(1);
});

const originOf = async (id: string) => {
  const [row] = await db.query<{ status: { causedBy: string; groupKey: string } }>(
    'select millrace.status($1) as status',
    [id],
  );
  return row && { causedBy: row.status.causedBy, groupKey: row.status.groupKey };
};

test('remembers what caused a follow-up, and the group of a message', async () => {
  const { queue, next, first, second } = await setup();
  const [plain, grouped, keyed] = [uuidV7(), uuidV7(), uuidV7()];
  const options = { id: grouped, groupKey: 'g' };
  await queue.settle(
    done(first, { enqueue: [followUp(next, 1, { id: plain }), followUp(next, 2, options)] }),
    done(second, { enqueue: [followUp(next, 3, { id: keyed, idempotencyKey: 'k' })] }),
  );
  expect(await originOf(plain)).toEqual({ causedBy: first.id, groupKey: null });
  expect(await originOf(grouped)).toEqual({ causedBy: first.id, groupKey: 'g' });
  expect(await originOf(keyed)).toEqual({ causedBy: second.id, groupKey: null });
  const own = await next.enqueue({ groupKey: 'mine' });
  expect(await originOf(own)).toEqual({ causedBy: null, groupKey: 'mine' });
});

test('a follow-up that stands for an earlier one leaves its cause as it was', async () => {
  const { queue, next, first, second, third } = await setup();
  const id = uuidV7();
  const key = { idempotencyKey: `same-${id}` };
  await queue.settle(done(first, { enqueue: [followUp(next, 1, { id, ...key })] }));
  const other = followUp(next, 2, { id: uuidV7() });
  await queue.settle(done(second, { enqueue: [other, followUp(next, 1, key)] }));
  expect(await originOf(id)).toEqual({ causedBy: first.id, groupKey: null });
  const faulty = followUp(next, 1, { ...key, priority: 11 });
  await expect(queue.settle(done(third, { enqueue: [faulty] }))).rejects.toMatchObject({
    code: 'MR002',
    detail: expect.stringContaining('/priority'),
  });
});

test.each(['causedBy', 'origin'])('nobody can write the cause as %s', async (option) => {
  const { queue, next, first } = await setup();
  const forged = { [option]: first.id };
  const refusal = {
    code: 'MR002',
    message: expect.stringContaining(`"${option}" is not an option`),
  };
  await expect(next.enqueueMany([forged])).rejects.toMatchObject(refusal);
  const enqueue = [followUp(next, 1, forged)];
  await expect(queue.settle(done(first, { enqueue }))).rejects.toMatchObject(refusal);
});

test('a redrive and a replay keep the group and the cause', async () => {
  const { queue, next, first } = await setup();
  const id = uuidV7();
  await queue.settle(done(first, { enqueue: [followUp(next, 1, { id, groupKey: 'kept' })] }));
  await next.settle(end('dead', await next.claimOne(), { error: {} }));
  await db.query('select millrace.redrive($1)', [{ ids: [id] }]);
  await next.settle(done(await next.claimOne()));
  await db.query('select millrace.replay($1)', [id]);
  expect(await originOf(id)).toEqual({ causedBy: first.id, groupKey: 'kept' });
});
