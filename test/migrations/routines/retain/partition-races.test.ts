// A partition is made for a week whose rows go into the default partition at this moment: because maintenance was away
// for weeks, or because a clock is ahead. Nobody who writes such a row may notice.
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { untilBlocked } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import {
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';
import { idIn, suffix, weekStart } from '#test/support/sql/weeks.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase();
});

/** A queue, on a connection that is to be made to wait, and an operator on the same one. */
async function setup() {
  const queue = await declareQueue(db);
  const client = await connect(db);
  return { queue: queue.on(client), operator: new Operator(db.query).on(client), client };
}

/** Makes a week's partition, and commits only when the call waits for that. */
async function whileMaking<Answer>(
  parent: 'message' | 'attempt' | 'done_attempts',
  weeks: number,
  call: () => Promise<Answer>,
): Promise<Answer> {
  const maker = await connect(db);
  const parameters = [parent, weekStart(weeks), weekStart(weeks + 1)];
  await maker.query('begin');
  const { rows } = await maker.query(
    'select millrace.make_partition($1, $2, $3) as made',
    parameters,
  );
  expect(rows).toEqual([{ made: true }]);
  const calling = call();
  // Looked at below.
  calling.catch(() => {});
  await untilBlocked(db);
  await maker.query('commit');
  return calling;
}

const rowsIn = async (partition: string) => {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::integer as count from millrace.${partition}`,
  );
  return row?.count;
};

// Each test has a week of its own, far enough ahead to be in the default partition.
let lastWeek = 10;
function nextWeek(): number {
  lastWeek += 1;
  return lastWeek;
}

const enqueues: [string, (queue: SqlQueue, id: string, client: Client) => Promise<unknown>][] = [
  ['one message', (queue, id) => queue.enqueue({ id })],
  ['one among many', (queue, id) => queue.enqueueMany([{}, { id }, {}])],
  ['one of a group', (queue, id) => queue.enqueue({ id, groupKey: 'g' })],
  ['one with a key', (queue, id) => queue.enqueue({ id, idempotencyKey: `key of ${id}` })],
  ['one in columns', ({ type }, id, client) => inColumns(client, type, [id])],
  ['two in columns', ({ type }, id, client) => inColumns(client, type, [id, ofSameSpan(id)])],
];

/** Another id of the moment in which the first was made. */
const ofSameSpan = (id: string) => `${id.slice(0, 15)}${randomUUID().slice(15)}`;

const inColumns = (client: Client, type: string, ids: readonly string[]) =>
  client.query('select millrace.enqueue_plain($1, $2, 1::smallint, $3)', [
    type,
    ids,
    JSON.stringify(ids),
  ]);

test.each(enqueues)('an enqueue of %s stores it once', async (_, enqueue) => {
  const { queue, client } = await setup();
  const week = nextWeek();
  const id = idIn(week);
  await whileMaking('message', week, () => enqueue(queue, id, client));
  const stored = await db.query(
    'select tableoid::regclass::text from millrace.message where id = $1',
    [id],
  );
  expect(stored).toEqual([{ tableoid: `millrace.message_${suffix(week)}` }]);
  expect((await queue.rows()).filter((row) => row.id === id)).toHaveLength(1);
});

interface Ending {
  readonly queue: SqlQueue;
  readonly operator: Operator;
  readonly delivery: Delivery;
}

/** Each starts with one delivery that is claimed. */
const endings: [string, (given: Ending) => Promise<unknown>][] = [
  ['done with follow-ups', ({ queue, delivery }) => queue.settleEach(done(delivery))],
  ['a retry', ({ queue, delivery }) => queue.settle(end('retry', delivery, { error: {} }))],
  ['a dead letter', ({ queue, delivery }) => queue.settle(end('dead', delivery, { error: {} }))],
  [
    'a suspect',
    async ({ queue }) => {
      const { deliveries } = await queue.claimSuspect();
      expect(deliveries).toHaveLength(1);
    },
  ],
];

test('a delivery becomes done', async () => {
  const { queue } = await setup();
  const week = nextWeek();
  await queue.enqueue({ id: idIn(week) });
  const delivery = await queue.claimOne();
  await whileMaking('done_attempts', week, () => queue.settle(done(delivery)));
  expect(await rowsIn(`done_attempts_${suffix(week)}`)).toBe(1);
  expect(await rowsIn('done_attempts_default')).toBe(0);
});

test.each(endings)('a delivery becomes %s', async (name, finish) => {
  const given = await setup();
  const week = nextWeek();
  await given.queue.enqueue({ id: idIn(week) });
  const delivery = await given.queue.claimOne();
  if (name === 'a suspect') await given.queue.expireLeases();
  await whileMaking('attempt', week, () => finish({ ...given, delivery }));
  expect(await rowsIn(`attempt_${suffix(week)}`)).toBe(1);
  expect(await rowsIn('attempt_default')).toBe(0);
});

/** What operators end without a claim. */
const actions: [string, (given: Omit<Ending, 'delivery'>, id: string) => Promise<unknown>][] = [
  ['cancelled', ({ operator }, id) => operator.cancel(id)],
  ['purged', ({ operator, queue }) => operator.purge(queue.name)],
];

test.each(actions)('a delivery is %s', async (_, act) => {
  const given = await setup();
  const week = nextWeek();
  const id = idIn(week);
  await given.queue.enqueue({ id });
  await whileMaking('attempt', week, () => act(given, id));
  expect(await rowsIn(`attempt_${suffix(week)}`)).toBe(1);
});

test('a dead letter is discarded', async () => {
  const { queue, operator } = await setup();
  const week = nextWeek();
  const id = idIn(week);
  await queue.enqueue({ id });
  await queue.settle(end('dead', await queue.claimOne(), { error: {} }));
  await whileMaking('attempt', week, () => operator.discard({ ids: [id] }));
  expect(await rowsIn(`attempt_${suffix(week)}`)).toBe(2);
});
