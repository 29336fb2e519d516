// A queue in which members of an open chord are does not move to SQS, which need not tell of their end.
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { Chords, chordOf, claimedChord } from '#test/support/sql/chords.ts';
import { connections } from '#test/support/sql/connect.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import {
  changePolicy,
  type Delivery,
  declareQueue,
  done,
  end,
  type SqlQueue,
} from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);

const move = (queue: SqlQueue) => changePolicy(db, queue, { engine: 'sqs' });
/** As sync does, on another connection. */
const beginMove = (client: Client, { name }: SqlQueue) =>
  client.query('select millrace.refuse_moves($1)', [JSON.stringify([{ name, engine: 'sqs' }])]);
const refused = { code: '55006' };

async function opened(members: readonly object[] = [{}]) {
  const queue = await declareQueue(db);
  const chord = chordOf(queue, members);
  await chords.enqueue(chord);
  return { queue, chord };
}

test.each<[string, object]>([
  ['in a parcel', {}],
  ['in a row of its own', { delaySeconds: 60 }],
])('while one waits %s, until the chord is cancelled', async (_, member) => {
  const { queue, chord } = await opened([member]);
  const other = await declareQueue(db);
  await move(other);
  await expect(move(queue)).rejects.toThrow(
    `queue "${queue.name}" cannot move to SQS while members of the chord ${chord.id} are in it: let the chord end, or cancel it`,
  );
  await chords.cancel(chord.id);
  await move(queue);
});

test('while one is handled, until all have ended', async () => {
  const { queue, deliveries } = await claimedChord(db, 2);
  const [first, second] = deliveries as [Delivery, Delivery];
  await queue.settle(done(first));
  expect(await refusalOf(move(queue))).toMatchObject(refused);
  await queue.settle(end('dead', second, { error: {} }));
  await move(queue);
  expect(await chords.sweep()).toBe(1);
});

test('who adds a member and has not committed is waited for', async () => {
  const { queue, chord } = await opened();
  await new Operator(db.query).cancel(chord.messages[0]?.id as string);
  const [other, client] = (await connections(db, 2)) as [Client, Client];
  await other.query('begin');
  await queue.on(other).enqueueMany([{ chordId: chord.id }]);
  const moving = refusalOf(beginMove(client, queue));
  expect(await waitsForLock(db, moving)).toBe(true);
  await other.query('commit');
  expect(await moving).toMatchObject(refused);
});

test('who adds a member beside a move waits for it, and is refused', async () => {
  const { queue, chord } = await opened();
  await new Operator(db.query).cancel(chord.messages[0]?.id as string);
  const [other, client] = (await connections(db, 2)) as [Client, Client];
  await other.query('begin');
  await beginMove(other, queue);
  await other.query(`update millrace.queue set engine = 'sqs' where name = $1`, [queue.name]);
  const adding = refusalOf(queue.on(client).enqueueMany([{ chordId: chord.id }]));
  expect(await waitsForLock(db, adding)).toBe(true);
  await other.query('commit');
  expect(await adding).toMatchObject({ code: 'MR002', pointer: '/type' });
});

test('who adds a member is in nobody’s way but a move’s', async () => {
  const { queue, chord } = await opened();
  await changePolicy(db, queue, { maxInFlight: 5 });
  const [other, client] = (await connections(db, 2)) as [Client, Client];
  await other.query('begin');
  await queue.on(other).enqueueMany([{ chordId: chord.id }]);
  const claim = queue.on(client).claim({ count: 1 });
  expect(await waitsForLock(db, claim)).toBe(false);
  expect((await claim).deliveries).toHaveLength(1);
  await other.query('rollback');
});
