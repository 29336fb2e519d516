// A schedule that is run by hand.
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { Api } from '#functions/http/api.ts';
import type { Database } from '#queue/database.ts';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { bearer, openApi, putApiKey, secret } from '#test/support/functions/api.ts';
import { loseAnswers } from '#test/support/queue/intercept.ts';

const summaryDue = defineMessageType({
  name: 'summary.due',
  payload: z.object({ week: z.string() }),
});
const payload = (dueAt: Date) => ({ week: dueAt.toISOString() });
const daily = { type: summaryDue, payload, cron: '30 9 * * *', timeZone: 'Europe/Berlin' };
const summaries = defineQueue({
  name: 'summaries',
  policy: { maxDepth: 1 },
  subscriptions: [on(summaryDue, () => {})],
});
const registryOf = (...names: string[]) =>
  defineRegistry({
    queues: [summaries],
    schedules: [
      ...names.map((name) => defineSchedule({ ...daily, name, options: { priority: 3 } })),
      defineSchedule({ ...daily, name: 'broken', payload: () => ({ week: 7 }) as never }),
    ],
  });
const registry = registryOf('daily', 'changed');

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createDatabase();
  const other = defineSchedule({ ...daily, name: 'other', cron: '0 1 * * *' });
  const changed = defineSchedule({ ...daily, name: 'changed', cron: '0 2 * * *' });
  const { schedules } = registryOf('daily');
  await syncRegistry(
    stored.database,
    defineRegistry({ queues: [summaries], schedules: [...schedules.values(), other, changed] }),
  );
  await putApiKey(stored, 'shop', secret, ['operate', 'read']);
});
beforeEach(() =>
  stored.query('truncate millrace.message, millrace.delivery, millrace.parcel, millrace.audit'),
);

function apiOf(database: Database = stored.database, more: Partial<Api> = {}) {
  const api = openApi({ database, registry, ...more });
  return {
    ...api,
    run: (name: string) =>
      api.call({ method: 'POST', path: `/v1/schedules/${name}/run`, headers: bearer() }),
    list: async () =>
      (await api.call({ path: '/v1/schedules', headers: bearer() })).body.items as {
        name: string;
        nextDueAt: string | null;
        upcoming: string[];
      }[],
  };
}

const audit = () =>
  stored.query('select actor, action, target, affected from millrace.audit order by id');

test('enqueues the message that the schedule makes for this instant, and stays where it stands', async () => {
  const before = await apiOf().list();
  const answer = await apiOf().run('daily');
  expect([answer.status, answer.body]).toEqual([202, { id: expect.any(String) }]);
  const { id } = answer.body;
  const [message] = await stored.query(
    `select m.type, m.payload, m.headers, d.priority,
       abs(extract(epoch from (m.payload ->> 'week')::timestamptz - m.created_at)) < 60 as "isOfNow"
     from millrace.message m join millrace.delivery d on d.message_id = m.id where m.id = $1`,
    [id],
  );
  expect(message).toMatchObject({ type: 'summary.due', priority: 3, isOfNow: true });
  expect(message?.['headers']).toEqual({ 'due-at': message?.['payload'].week });
  expect(await apiOf().list()).toEqual(before);
  const target = { schedule: 'daily', message: id };
  expect(await audit()).toEqual([{ actor: 'shop', action: 'run-schedule', target, affected: 1 }]);
});

test('is run again by each call, also while it is paused, whatever the depth of its queue', async () => {
  const api = apiOf();
  await stored.query(`select millrace.pause_schedule('daily')`);
  const first = await api.run('daily');
  const second = await api.run('daily');
  await stored.query(`select millrace.resume_schedule('daily')`);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(second.body.id).not.toBe(first.body.id);
  expect(await stored.query('select from millrace.delivery')).toHaveLength(2);
});

test('is run once by a call whose answers are lost, and is audited once', async () => {
  const lossy = loseAnswers(stored.database, 'run_schedule', 2);
  expect((await apiOf(lossy).run('daily')).status).toBe(202);
  expect(await stored.query('select from millrace.message')).toHaveLength(1);
  expect(await audit()).toHaveLength(1);
});

test('answers 404 for a name that no schedule has', async () => {
  for (const name of ['nowhere', 'a%20b']) {
    const { status, body } = await apiOf().run(name);
    expect([status, body.type]).toEqual([404, 'urn:millrace:problem:not-found']);
  }
});

test.each(['other', 'changed'])(
  'answers 409 where only other code knows the rule: %s',
  async (name) => {
    const { status, body } = await apiOf().run(name);
    expect([status, body.type]).toEqual([409, 'urn:millrace:problem:schedule-not-run']);
    expect(body.detail).toContain('the database has a rule that this code does not');
    expect(await stored.query('select from millrace.message')).toEqual([]);
  },
);

test('answers 409 when the payload does not fit, and the log says why', async () => {
  const api = apiOf();
  const { status, body } = await api.run('broken');
  expect([status, body.type]).toEqual([409, 'urn:millrace:problem:schedule-not-run']);
  expect(api.log).toContainEqual(
    expect.objectContaining({ message: 'schedule not run', schedule: 'broken' }),
  );
  expect(await audit()).toEqual([]);
});

test('wakes a consumer for it where enqueues do', async () => {
  const unasked = () => expect.fail('the schedule is run by a call of its own');
  const invoke = vi.fn(async () => {});
  const arm = vi.fn(async () => {});
  const eager = { sleeps: false, isEager: true, enqueue: unasked, invoke, arm };
  await stored.query(`update millrace.wake_up set covered_until = '-infinity'`);
  await apiOf(stored.database, { wakeUps: eager }).run('daily');
  expect([invoke.mock.calls.length, arm.mock.calls.length]).toEqual([1, 0]);
  const sleeping = { ...eager, sleeps: true, isEager: false };
  await apiOf(stored.database, { wakeUps: sleeping }).run('daily');
  expect([invoke.mock.calls.length, arm.mock.calls.length]).toEqual([1, 1]);
});

test('tells the next five due times by the code, and none of what it does not know or is paused', async () => {
  const { upcoming = [] } = (await apiOf().list()).find(({ name }) => name === 'daily') ?? {};
  expect(upcoming).toHaveLength(5);
  expect(upcoming).toEqual(upcoming.toSorted());
  const inBerlin = upcoming.map((at) =>
    new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' }),
  );
  expect(inBerlin).toEqual(Array(5).fill('09:30:00'));
  expect(Date.parse(upcoming[0] ?? '')).toBeGreaterThan(Date.now() - 60_000);
  await stored.query(`select millrace.pause_schedule('daily')`);
  const listed = await apiOf().list();
  await stored.query(`select millrace.resume_schedule('daily')`);
  const known = listed.filter((each) => each.upcoming.length > 0).map(({ name }) => name);
  expect(known).toEqual(['broken']);
});
