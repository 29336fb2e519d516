// What status and revision tell of the steps of a delivery.
import { expect, test } from 'vitest';
import type { MessageStatus } from '#queue/operate/message-status.ts';
import { createDatabase } from '#test/support/database.ts';
import { type Delivery, declareQueue, done, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();

async function held() {
  const queue = await declareQueue(db);
  await queue.enqueue();
  const delivery = await queue.claimOne();
  return { queue, delivery, calls: callsOf(queue, delivery) };
}

/** Each takes the place of the step and its name. */
function callsOf({ name: queue }: SqlQueue, { id, token }: Delivery) {
  const call = (routine: string, ...given: readonly unknown[]) =>
    db.query(`select millrace.${routine}($1, $2, $3, $4, 1, $5, $6, 1)`, [
      ...[queue, id, token],
      ...given,
    ]);
  return {
    record: (number: number, name: string, result: unknown) =>
      call('record_step', number, name, result === undefined ? null : JSON.stringify(result)),
    sleep: (number: number, name: string, seconds: number) =>
      call('sleep_in_steps', number, name, seconds),
    wait: (number: number, name: string, seconds: number) =>
      call('wait_in_steps', number, name, seconds),
  };
}

async function statusOf(id: string): Promise<MessageStatus> {
  const [row] = await db.query<{ status: MessageStatus }>('select millrace.status($1) as status', [
    id,
  ]);
  if (!row) throw new Error('no row');
  return row.status;
}

const stepsOf = async (id: string) => (await statusOf(id)).deliveries[0]?.steps;

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
const shown = { version: 1, startedAt: instant, finishedAt: instant, dueAt: null };

test('status shows what has ended, and what a delivery sleeps for or waits for', async () => {
  const { queue, delivery, calls } = await held();
  expect(await stepsOf(delivery.id)).toBeNull();
  await calls.record(0, 'charge', { id: 7 });
  await calls.record(1, 'print', undefined);
  await calls.sleep(2, 'a moment', 0);
  await calls.wait(3, 'packed', 0);
  await calls.wait(4, 'approved', 60);
  const until = (await db.query('select available_at from millrace.delivery'))[0];
  const open = { ...shown, finishedAt: null, dueAt: instant, bytes: null, result: null };
  const ended = [
    { ...shown, name: 'charge', kind: 'step', bytes: 8, result: { id: 7 } },
    { ...shown, name: 'print', kind: 'step', bytes: null, result: null },
    { ...open, name: 'a moment', kind: 'sleep', finishedAt: instant },
    { ...open, name: 'packed', kind: 'event', finishedAt: instant },
  ];
  const steps = await stepsOf(delivery.id);
  expect(steps).toEqual([...ended, { ...open, name: 'approved', kind: 'event' }]);
  expect(new Date(steps?.[4]?.dueAt ?? '')).toEqual(until?.['available_at']);
  await db.query(`select millrace.send_event($1, 'approved', '{"by":"ann"}')`, [delivery.id]);
  const next = await queue.claimOne();
  await callsOf(queue, next).wait(4, 'approved', 60);
  await queue.settle(done(next));
  expect((await stepsOf(delivery.id))?.[4]).toMatchObject({
    finishedAt: instant,
    bytes: 12,
    result: { by: 'ann' },
  });
});

test('status names the events that no step has waited for, and their revision is another one', async () => {
  const { queue, delivery, calls } = await held();
  const eventsOf = async (id: string) => (await statusOf(id)).deliveries[0]?.events;
  const send = (name: string) =>
    db.query('select millrace.send_event($1, $2)', [delivery.id, name]);
  await send('packed');
  // Of what has no steps nobody looks for events.
  expect(await eventsOf(delivery.id)).toBeNull();
  await calls.wait(0, 'approved', 60);
  const before = (await statusOf(delivery.id)).revision;
  await send('aproved');
  expect((await statusOf(delivery.id)).revision).not.toBe(before);
  const unawaited = ['packed', 'aproved'].map((name) => ({ name, sentAt: instant }));
  expect(await eventsOf(delivery.id)).toEqual(unawaited);
  await send('approved');
  await callsOf(queue, await queue.claimOne()).wait(0, 'approved', 60);
  expect(await eventsOf(delivery.id)).toEqual(unawaited);
  await db.query(`update millrace.step set name = 'aproved' where message_id = $1 and number = 0`, [
    delivery.id,
  ]);
  expect(await eventsOf(delivery.id)).toMatchObject([{ name: 'packed' }, { name: 'approved' }]);
});

test('fields that the type redacts are hidden in what steps gave', async () => {
  const { queue, delivery, calls } = await held();
  await db.query(`update millrace.message_type set redacted = '{card.number}' where name = $1`, [
    queue.type,
  ]);
  await calls.record(0, 'ask', { card: { number: '4242', kind: 'debit' } });
  expect((await stepsOf(delivery.id))?.[0]?.result).toEqual({
    card: { number: '[redacted]', kind: 'debit' },
  });
});

test('of large results the last 64 KiB are shown', async () => {
  const { delivery, calls } = await held();
  // 16,384 bytes with their quotation marks: the last four are exactly as much.
  for (let number = 0; number < 6; number += 1)
    await calls.record(number, `step ${number}`, 'x'.repeat(16_382));
  const steps = (await stepsOf(delivery.id)) ?? [];
  expect(steps.map(({ bytes }) => bytes)).toEqual(Array(6).fill(16_384));
  expect(steps.map(({ result }) => result !== null)).toEqual([
    ...[false, false],
    ...[true, true, true, true],
  ]);
});

test('the revision is another one after each step, and the same between them', async () => {
  const { delivery, calls } = await held();
  const revision = async () =>
    (await db.query('select millrace.revision($1) as revision', [delivery.id]))[0]?.['revision'];
  const seen = [await revision()];
  await calls.record(0, 'charge', 1);
  seen.push(await revision());
  await calls.record(1, 'print', 1);
  seen.push(await revision());
  await calls.sleep(2, 'a moment', 0);
  seen.push(await revision());
  expect(new Set(seen).size).toBe(4);
  expect(await revision()).toBe(seen.at(-1));
  expect((await statusOf(delivery.id)).revision).toBe(seen.at(-1));
});
