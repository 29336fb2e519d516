// A deployment from the release before to this one and back: the older bundles on today's schema, with everything that
// producers, consumers and operators do.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readRetiredRoutines } from '#migrations/retired-routines.ts';
import { routineFiles } from '#migrations/routine-file.ts';
import { readSqlFiles } from '#migrations/sql-file.ts';
import { schemaNeeded } from '#queue/schema-needed.ts';
import { sharedAssembly } from '#test/support/infra/cloud-assembly.ts';
import { expireLeases, makeDue } from '#test/support/move-time.ts';
import { projectRoot } from '#test/support/project-root.ts';
import { type Cloud, openCloud } from '#test/support/runtime/cloud.ts';
import { gatewayRequest } from '#test/support/runtime/gateway-request.ts';
import { answerOf, bearer, call, deliveriesOf, orderOf } from '#test/support/runtime/orders.ts';
import { buildPreviousRelease } from '#test/support/runtime/previous-release.ts';
import type { Outcome, Sandbox } from '#test/support/runtime/sandbox.ts';
import { type Routine, routines } from '#test/support/sql/routines.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const tick = { scheduledTime: '2026-11-28T23:45:00Z' };

let cloud: Cloud;
let http: Sandbox;
let consumer: Sandbox;
let headers: { authorization: string };
/** Enqueued before the schema was new. */
let early: string;
const applied: string[] = [];
/** Processes of this release, which were started before their migration, and how they have answered then. */
let newer: readonly [Sandbox, Sandbox];
const tooEarly: Outcome[] = [];
let callableBefore: Routine[];
const health = { method: 'GET', path: '/v1/health' };

const routineFolder = 'migrations/routines';
let folders: Awaited<ReturnType<typeof buildPreviousRelease>>;
type OlderName = 'http' | 'consumer' | 'migrate';
let older: (name: OlderName) => Promise<Sandbox>;

beforeAll(async () => {
  const [assembly, built] = await Promise.all([sharedAssembly(), buildPreviousRelease()]);
  folders = built;
  cloud = await openCloud({ assembly });
  older = (name) => cloud.sandbox(name, { environment: { LAMBDA_TASK_ROOT: folders[name] } });
  answerOf(await (await older('migrate')).invoke({}));
  http = await older('http');
  consumer = await older('consumer');
  headers = await bearer(cloud);
  early = await place('early');
  callableBefore = await callable();
  newer = [await cloud.sandbox('http'), await cloud.sandbox('consumer')];
  tooEarly.push(await newer[0].invoke(gatewayRequest(health)), await newer[1].invoke(tick));
  const report = answerOf<{ applied: string[] }>(await cloud.invoke('migrate', {}));
  applied.push(...report.applied);
});

const callable = async () =>
  (await routines(cloud.database)).filter(({ comment }) => comment !== null);

const request = (method: string, path: string, body?: object, more = {}) =>
  call(http, {
    method,
    path,
    headers: { ...headers, ...more },
    ...(body && { body: JSON.stringify(body) }),
  });

async function place(orderId: string, options = {}, more = {}): Promise<string> {
  const answer = await request('POST', '/v1/messages', { ...orderOf(orderId), ...options }, more);
  expect(answer.status).toBe(202);
  return answer.body.id;
}

const drain = async () => answerOf<Record<string, number>>(await consumer.invoke(tick));
const done = ['inventory done', 'notifications done', 'payments done'];

test('there is something new in the schema', () => {
  expect(applied.filter((name) => name.startsWith('migrations/'))).not.toEqual([]);
});

test('this release refuses to run on the schema of the one before, and does by itself once that is migrated', async () => {
  const tables = await readSqlFiles(folders.migrate, 'migrations/tables');
  const before = /\/(\d+)_/.exec(tables.at(-1)?.name ?? '')?.[1];
  const needed = `and this release needs ${schemaNeeded} or newer`;
  const [answered, failed] = tooEarly;
  expect(answerOf(answered as Outcome)).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': '60' },
    body: expect.stringContaining(`The database's schema is ${before} ${needed}.`),
  });
  expect(failed).toMatchObject({
    error: { errorType: 'SchemaTooOld', errorMessage: expect.stringContaining(needed) },
  });
  await waitUntil(async () => (await call(newer[0], health)).status === 200);
  answerOf(await newer[1].invoke(tick));
});

test('what could be called can be called in the same way, by the same roles', async () => {
  expect(callableBefore.length).toBeGreaterThan(20);
  const now = new Map((await callable()).map((routine) => [routine.name, routine]));
  for (const { name, parameters, result, grantees } of callableBefore) {
    const routine = now.get(name);
    expect(routine, name).toMatchObject({ result });
    expect(routine?.grantees, name).toEqual(expect.arrayContaining([...grantees]));
    expect(routine?.parameters.startsWith(parameters), name).toBe(true);
    // Whoever does not know of further parameters need not give them.
    const further = routine?.parameters.slice(parameters.length).split(', ').slice(1) ?? [];
    for (const parameter of further) expect(parameter, name).toContain(' DEFAULT ');
  }
});

test('no routine of the release before is forgotten: each has its file or stands in retired.txt', async () => {
  const named = async (root: string) => [
    ...routineFiles(await readSqlFiles(join(root, routineFolder), routineFolder)).flatMap(
      ({ defines }) => defines,
    ),
    ...(await readRetiredRoutines(root, routineFolder)),
  ];
  const known = await named(projectRoot);
  const before = await named(folders.migrate);
  expect(before.filter((name) => !known.includes(name))).toEqual([]);
});

describe('the functions of the release before, on the new schema,', () => {
  test('handle what was enqueued before it and what is enqueued on it', async () => {
    const one = await place('one', { groupKey: 'reader', priority: 2 });
    const orders = [1, 2, 3].map((n) => orderOf(`batch-${n}`));
    const batch = await request('POST', '/v1/messages/batch', { messages: orders });
    expect(batch.status).toBe(202);
    const keyed = await place('keyed', {}, { 'idempotency-key': 'once' });
    expect(await place('keyed', {}, { 'idempotency-key': 'once' })).toBe(keyed);
    await drain();
    for (const id of [early, one, keyed]) expect(await deliveriesOf(cloud, id)).toEqual(done);
  });

  test('tell what became of a message, and take it back before it starts', async () => {
    const later = await place('later', { delaySeconds: 3_600 });
    expect((await request('GET', `/v1/messages/${later}`)).body.status).toBe('scheduled');
    expect((await request('DELETE', `/v1/messages/${later}`)).status).toBe(200);
    expect((await request('GET', `/v1/messages/${later}`)).body.status).toBe('cancelled');
  });

  test('pause a queue and resume it', async () => {
    expect((await request('POST', '/v1/queues/payments/pause')).status).toBe(200);
    const id = await place('paused');
    await drain();
    expect(await deliveriesOf(cloud, id)).toContain('payments pending');
    expect((await request('GET', '/v1/queues/payments')).body).toMatchObject({ paused: true });
    expect((await request('POST', '/v1/queues/payments/resume')).status).toBe(200);
    await drain();
    expect(await deliveriesOf(cloud, id)).toEqual(done);
  });

  test('retry what fails, bury what is rejected, and redrive it', async () => {
    const declined = { ...orderOf('declined').payload, email: 'declined@example.com' };
    const flaky = { ...orderOf('flaky').payload, email: 'flaky@example.com' };
    const dead = await place('declined', { payload: declined });
    const retried = await place('flaky', { payload: flaky });
    expect(await drain()).toMatchObject({ dead: 1 });
    for (const _retry of [1, 2]) {
      await makeDue(cloud.database);
      await drain();
    }
    expect(await deliveriesOf(cloud, retried)).toEqual(done);
    const letters = await request('GET', '/v1/dead-letters');
    expect(letters.body.items).toMatchObject([{ messageId: dead, queue: 'payments' }]);
    const redriven = await request('POST', '/v1/dead-letters/redrive', {
      filter: { queue: 'payments' },
    });
    expect(redriven).toMatchObject({ status: 200, body: { redriven: 1 } });
    expect(await drain()).toMatchObject({ dead: 1 });
  });

  test('recover from the death of a consumer', async () => {
    const killed = await older('consumer');
    await cloud.database.query('begin; lock table bookstore.payment in access exclusive mode');
    const id = await place('killed');
    const invocation = killed.invoke(tick);
    await waitUntil(async () => {
      const held = await cloud.database.query(
        'select from millrace.delivery where lease_token is not null',
      );
      return held.length > 0;
    });
    killed.signal('SIGKILL');
    expect(await invocation).toEqual({ ended: 'SIGKILL' });
    await cloud.database.query('rollback');
    // A call that the process had sent may still have claimed after its death.
    await waitUntil(async () => {
      await expireLeases(cloud.database);
      await drain();
      return (await deliveriesOf(cloud, id)).join() === done.join();
    });
  });
});

test('the migration of the rollback succeeds and changes nothing that this release has brought', async () => {
  const entries = `select name, checksum from millrace.migration order by name`;
  const before = await cloud.database.query<{ checksum: string }>(entries);
  expect(await (await older('migrate')).invoke({})).toMatchObject({ answer: { applied: [] } });
  const after = await cloud.database.query(entries);
  // What this release has stopped using is in use again.
  const brought = before.filter(({ checksum }) => !checksum.startsWith('unused since '));
  expect(after).toHaveLength(before.length);
  expect(after).toEqual(expect.arrayContaining(brought));
  const id = await place('after the rollback');
  await drain();
  expect(await deliveriesOf(cloud, id)).toEqual(done);
});

test('this release goes on with what the one before has left', async () => {
  const id = await place('left');
  expect(answerOf(await cloud.invoke('migrate', {}))).toEqual({ applied: [] });
  answerOf(await cloud.invoke('consumer', tick));
  expect(await deliveriesOf(cloud, id)).toEqual(done);
});
