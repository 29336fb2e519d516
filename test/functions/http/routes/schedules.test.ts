import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { type Bookstore, openBookstore } from '#test/support/functions/bookstore.ts';

const routes = await describedRoutes();

let store: Bookstore;
beforeAll(async () => {
  store = await openBookstore();
  const summaryDue = defineMessageType({ name: 'summary.due', payload: z.object({}) });
  const weekly = defineSchedule({
    name: 'weekly-summary',
    type: summaryDue,
    payload: {},
    cron: '0 8 * * 1',
    timeZone: 'Europe/Berlin',
  });
  const hourly = defineSchedule({
    name: 'hourly',
    type: summaryDue,
    payload: {},
    everySeconds: 3_600,
    catchUp: { all: 3 },
  });
  await syncRegistry(
    store.database,
    defineRegistry({ queues: [], messageTypes: [summaryDue], schedules: [weekly, hourly] }),
  );
});

const list = async () => (await store.call('/v1/schedules')).body.items;

test('lists the schedules that are declared, as it is documented', async () => {
  const answer = await store.call('/v1/schedules');
  expect(answer.status).toBe(200);
  expect(answer.body.items).toEqual([
    expect.objectContaining({ name: 'hourly', rule: 'every 3600 s', catchUp: { all: 3 } }),
    {
      name: 'weekly-summary',
      type: 'summary.due',
      rule: '0 8 * * 1',
      timeZone: 'Europe/Berlin',
      catchUp: 'once',
      paused: false,
      nextDueAt: null,
      lastDueAt: null,
      upcoming: [],
    },
  ]);
  const route = routes.find(({ path }) => path === '/v1/schedules');
  expect(route?.answer.safeParse(answer.body).error).toBeUndefined();
});

test('a schedule is paused and resumed, and the audit table says by whom', async () => {
  const paused = await store.call('/v1/schedules/hourly/pause', { method: 'POST' });
  expect([paused.status, paused.body]).toEqual([200, { name: 'hourly', paused: true }]);
  expect((await list())[0].paused).toBe(true);
  const resumed = await store.call('/v1/schedules/hourly/resume', { method: 'POST' });
  expect(resumed.body).toEqual({ name: 'hourly', paused: false });
  expect((await list())[0].paused).toBe(false);
  expect(await store.audit()).toEqual([
    { actor: 'shop', action: 'pause', target: { schedule: 'hourly' }, affected: 1 },
    { actor: 'shop', action: 'resume', target: { schedule: 'hourly' }, affected: 1 },
  ]);
});

test.each(['pause', 'resume'])(
  '%s answers 404 for a schedule that nobody declares',
  async (action) => {
    const answer = await store.call(`/v1/schedules/never/${action}`, { method: 'POST' });
    expect([answer.status, answer.body.detail]).toEqual([404, 'No schedule has this name.']);
  },
);
