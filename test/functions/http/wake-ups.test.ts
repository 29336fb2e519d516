// What an enqueue and an operator's change do in deployments where something else than a tick each minute wakes the consumer,
// with AWS as this machine plays it.
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import { marginMs, stepMs } from '#functions/wake/wake-up-time.ts';
import { createWakeUps } from '#functions/wake/wake-ups.ts';
import { type AwsServer, startAws, type Trouble } from '#local/aws/aws-server.ts';
import { closeServer, listen, loopbackServer } from '#local/loopback/loopback-server.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { countStatements, intercept, loseAnswers } from '#test/support/queue/intercept.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { awaitEvent } from '#test/support/sql/await-event.ts';

const consumerArn = 'arn:aws:lambda:local:000000000000:function:consumer';
const schedules = { group: 'wake-ups', roleArn: 'arn:aws:iam::000000000000:role/wake-up' };
const headers = bearer();

let stored: TestDatabase;
beforeAll(async () => {
  stored = await createApiDatabase();
});

let aws: AwsServer;
let events: unknown[];
let calls: string[];
let trouble: (service: string) => Trouble | undefined;
let aheadMs: number;
beforeEach(async () => {
  events = [];
  calls = [];
  trouble = () => undefined;
  aheadMs = 0;
  aws = await startAws({
    functions: new Map([[consumerArn, async (event: unknown) => void events.push(event)]]),
    groups: [schedules.group],
    now: () => new Date(Date.now() + aheadMs),
    trouble: ({ service }) => {
      calls.push(service);
      return trouble(service);
    },
  });
  await stored.query(`update millrace.wake_up set covered_until = '-infinity'`);
  return aws.stop;
});

const sleeping = { schedules, isEager: false };
const eager = { schedules: undefined, isEager: true };
type Mode = typeof sleeping | typeof eager;

const log = recordingLog();
function apiIn(mode: Mode, environment = aws.environment, database = stored.database): TestApi {
  const access = awsAccess(environment);
  return openApi({ database, wakeUps: createWakeUps({ ...mode, access, consumerArn }, log) });
}

const post = (api: TestApi, options: object = {}) =>
  api.call({
    method: 'POST',
    path: '/v1/messages',
    headers,
    body: { type: 'order.placed', payload: { orderId: 'o-1' }, ...options },
  });

/** A message whose delivery to the payments waits for the event `approved`. */
async function waiting(): Promise<string> {
  const { body } = await post(openApi({ database: stored.database }));
  await awaitEvent(stored, body.id, { queue: 'payments', event: 'approved' });
  return body.id;
}

const sendEvent = (api: TestApi, id: string, name: string) =>
  api.call({ path: `/v1/messages/${id}/events`, headers, body: { name } });

/** In seconds from now. */
const armedIn = () => aws.schedules.armed.map(({ at }) => (at.getTime() - Date.now()) / 1000);
const soonest = marginMs / 1000;
const latest = (marginMs + stepMs) / 1000;
const lost = () => log.lines.filter(({ message }) => message === 'wake-up lost');

describe('a deployment that sleeps', () => {
  test('arms a wake-up for what is due now, after the commit', async () => {
    const order: string[] = [];
    const database = intercept(stored.database, async ({ text }, run) => {
      const rows = await run();
      if (text.includes('enqueue_plain_to_wake')) order.push('committed');
      return rows;
    });
    trouble = () => void order.push('armed');
    expect((await post(apiIn(sleeping, aws.environment, database))).status).toBe(202);
    expect(order).toEqual(['committed', 'armed']);
    const [seconds = 0] = armedIn();
    expect(seconds).toBeGreaterThan(soonest - 3);
    expect(seconds).toBeLessThanOrEqual(latest);
    expect(aws.schedules.armed).toMatchObject([
      { targetArn: consumerArn, input: '{"wakeUp":"scheduled"}' },
    ]);
  });

  test('arms for the members of a chord, and for those that join it', async () => {
    const api = apiIn(sleeping);
    const order = { type: 'order.placed', payload: { orderId: 'o-1' } };
    const body = { messages: [{ ...order, delaySeconds: 7200 }], followedBy: order };
    const posted = await api.call({ path: '/v1/chords', headers, body });
    expect(posted.status).toBe(202);
    expect(armedIn().map(Math.round)).toEqual([expect.closeTo(7200, -2)]);
    const path = `/v1/chords/${posted.body.id}/messages`;
    const messages = [{ ...order, delaySeconds: 3600 }];
    expect((await api.call({ path, headers, body: { messages } })).status).toBe(202);
    expect(armedIn().map(Math.round)).toContainEqual(expect.closeTo(3600, -2));
    // Other tests look at what is due first.
    for (let call = 0; call < 2; call += 1)
      await stored.query(`select millrace.cancel_chord($1)`, [posted.body.id]);
  });

  test('arms for what is delayed when it comes due, and once for many that are due at about the same time', async () => {
    const api = apiIn(sleeping);
    await post(api, { delaySeconds: 7200 });
    const [seconds = 0] = armedIn();
    expect(seconds).toBeGreaterThan(7190);
    expect(seconds).toBeLessThanOrEqual(7200 + latest);
    const before = calls.length;
    const at = aws.schedules.armed[0]?.at.toISOString();
    for (let n = 0; n < 5; n += 1) await post(api, { scheduledAt: at });
    expect(calls.length - before).toBe(0);
  });

  test('what was armed by another container is armed', async () => {
    const scheduledAt = new Date(Date.now() + 3_600_000).toISOString();
    await post(apiIn(sleeping), { scheduledAt });
    expect((await post(apiIn(sleeping), { scheduledAt })).status).toBe(202);
    expect(calls).toHaveLength(2);
    expect(aws.schedules.armed).toHaveLength(1);
    expect(lost()).toEqual([]);
  });

  test('takes the next time when AWS says that one is past', async () => {
    aheadMs = 45_000;
    expect((await post(apiIn(sleeping))).status).toBe(202);
    const [seconds = 0] = armedIn();
    expect(seconds).toBeGreaterThan(aheadMs / 1000 - 1);
    expect(seconds).toBeLessThanOrEqual(aheadMs / 1000 + stepMs / 1000);
  });

  test('arms once when the answer of AWS was lost', async () => {
    trouble = () => (calls.length === 1 ? 'lost answer' : undefined);
    expect((await post(apiIn(sleeping))).status).toBe(202);
    expect(aws.schedules.armed).toHaveLength(1);
    expect(lost()).toEqual([]);
  });

  test.each<Trouble>([
    'no answer',
    { status: 500, type: 'InternalServerException' },
    { status: 403, type: 'AccessDeniedException' },
  ])('answers 202 all the same when it cannot arm, and says so: %o', async (met) => {
    const before = lost().length;
    trouble = () => met;
    expect((await post(apiIn(sleeping))).status).toBe(202);
    expect(lost().length - before).toBe(1);
    expect(aws.schedules.armed).toEqual([]);
  });

  test('arms when the database has stored a message and its answers are lost for good', async () => {
    const lossy = loseAnswers(stored.database, 'enqueue_plain_to_wake', Number.POSITIVE_INFINITY);
    const [before] = await stored.query('select count(*) from millrace.message');
    expect((await post(apiIn(sleeping, aws.environment, lossy))).status).toBe(503);
    expect(await stored.query('select count(*) from millrace.message')).not.toEqual([before]);
    expect(aws.schedules.armed).toHaveLength(1);
  });

  test('arms for an operator, whose change makes something due', async () => {
    const api = apiIn(sleeping);
    const operate = (method: string, path: string) => api.call({ method, path, headers });
    await stored.query('delete from millrace.delivery');
    const { body } = await post(api, { delaySeconds: 600 });
    await operate('POST', '/v1/queues/payments/pause');
    await stored.query(`update millrace.delivery set available_at = now() where message_id = $1`, [
      body.id,
    ]);
    expect(aws.schedules.armed).toHaveLength(1);
    expect((await operate('POST', '/v1/queues/payments/resume')).status).toBe(200);
    const [seconds = 0] = armedIn();
    expect(seconds).toBeLessThanOrEqual(latest);
  });

  test('arms for an event that somebody waits for, and for no other', async () => {
    const api = apiIn(sleeping);
    const id = await waiting();
    expect((await sendEvent(api, id, 'other')).status).toBe(200);
    expect(calls).toEqual([]);
    expect((await sendEvent(api, id, 'approved')).status).toBe(200);
    const [seconds = Number.POSITIVE_INFINITY] = armedIn();
    expect(seconds).toBeLessThanOrEqual(latest);
  });

  test('arms when nobody knows whether an event is stored', async () => {
    const id = await waiting();
    const failing = intercept(stored.database, async ({ text }, run) => {
      const rows = await run();
      if (text.includes('send_event')) throw new Error('after it was stored');
      return rows;
    });
    const api = apiIn(sleeping, aws.environment, failing);
    expect((await sendEvent(api, id, 'approved')).status).toBe(500);
    expect(aws.schedules.armed).toHaveLength(1);
  });

  test('asks nothing for a call that was refused, nor for one that only reads', async () => {
    const database = countStatements(stored.database);
    const api = apiIn(sleeping, aws.environment, database);
    await api.call({ method: 'GET', path: '/v1/queues', headers });
    await api.call({ method: 'POST', path: '/v1/queues/none/pause', headers });
    const asked = database.statements.filter(({ text }) => text.includes('next_due'));
    expect(asked).toEqual([]);
  });

  test('lets the database sleep when its health is asked for, unless told to ask', async () => {
    const database = countStatements(stored.database);
    const api = apiIn(sleeping, aws.environment, database);
    const health = (query: string) => api.call({ path: `/v1/health${query}`, headers: {} });
    expect((await health('')).body).toEqual({ status: 'ok' });
    expect(database.statements).toEqual([]);
    expect((await health('?database=ask')).body).toMatchObject({ schemaVersion: /^\d{4}$/ });
    expect(database.statements).toHaveLength(1);
  });
});

describe('an eager deployment', () => {
  test('invokes the consumer for what is due now, once, and for nothing that is delayed', async () => {
    const api = apiIn(eager);
    await post(api, { delaySeconds: 60 });
    expect(calls).toEqual([]);
    await post(api);
    await post(api);
    await expect.poll(() => events).toEqual([{ wakeUp: 'enqueued' }]);
    expect(calls).toEqual(['lambda']);
  });

  test('invokes the consumer for an event that somebody waits for', async () => {
    const api = apiIn(eager);
    const id = await waiting();
    await sendEvent(api, id, 'other');
    expect(calls).toEqual([]);
    await sendEvent(api, id, 'approved');
    await expect.poll(() => events).toEqual([{ wakeUp: 'enqueued' }]);
  });

  test.each<Trouble>([
    { status: 429, type: 'TooManyRequestsException' },
    { status: 403, type: 'AccessDeniedException' },
  ])('answers 202 all the same when Lambda refuses, and says so: %o', async (met) => {
    const before = lost().length;
    trouble = () => met;
    expect((await post(apiIn(eager))).status).toBe(202);
    expect(lost().length - before).toBe(1);
  });

  test('answers although Lambda does not', async () => {
    const silent = loopbackServer({ request: async () => {} });
    const endpoint = `http://127.0.0.1:${await listen(silent)}`;
    onTestFinished(() => closeServer(silent, 0));
    const environment = { ...aws.environment, AWS_ENDPOINT_URL_LAMBDA: endpoint };
    const before = lost().length;
    expect((await post(apiIn(eager, environment))).status).toBe(202);
    expect(lost().length - before).toBe(1);
  });
});

describe('whatever the mode', () => {
  test.each([
    ['ticks', undefined],
    ['sleep', sleeping],
    ['eager', eager],
  ])('an enqueue is one statement: %s', async (_, mode) => {
    const database = countStatements(stored.database);
    const api = mode ? apiIn(mode, aws.environment, database) : openApi({ database });
    await post(api);
    const before = database.statements.length;
    await post(api);
    expect(database.statements.length - before).toBe(1);
  });
});
