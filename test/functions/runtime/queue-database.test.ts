import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { isLoginRefused } from '#functions/runtime/login-refused.ts';
import { queueDatabase, queueDatabases } from '#functions/runtime/queue-database.ts';
import { type Database, openDatabase, openSession } from '#queue/database.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { createApiDatabase, openApi } from '#test/support/functions/api.ts';
import { openAws, parameterName, type TestAws } from '#test/support/functions/aws.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { openEffects, write } from '#test/support/queue/effects.ts';
import { waitUntil } from '#test/support/wait-until.ts';

interface Rotation {
  readonly role: string;
  readonly aws: TestAws;
  /** Gives the role another password, which the parameter gets or does not get. */
  rotate(parameter: 'follows' | 'stays behind'): Promise<void>;
}

/** A role of its own, whose password a parameter holds. */
async function openRotation(stored: TestDatabase, memberOf: string): Promise<Rotation> {
  const role = `rotated_${randomUUID().slice(0, 8)}`;
  await stored.query(`create role ${role} login password 'first' in role ${memberOf}`);
  const urlWith = (password: string) => {
    const url = new URL(stored.url);
    [url.username, url.password] = [role, password];
    return url.href;
  };
  const aws = await openAws({ parameter: urlWith('first') });
  return {
    role,
    aws,
    async rotate(parameter) {
      await stored.query(`alter role ${role} password 'second'`);
      const connected = 'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1';
      await stored.query(connected, [role]);
      // The endpoint keeps connections that Postgres has ended until it hears of that.
      const before = openDatabase(urlWith('first'));
      await waitUntil(async () => isLoginRefused(await failureOf(before.query('select'))));
      if (parameter === 'follows') aws.parameters.set(parameterName, urlWith('second'));
    },
  };
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

const roleOf = async ({ query }: Database): Promise<string | undefined> =>
  (await query<{ role: string }>('select current_user as role'))[0]?.role;

/** Statements and sessions have been to the database under a password that is another one now. */
async function openRotated() {
  const { role, aws, rotate } = await openRotation(await createDatabase(), 'millrace_consumer');
  const database = queueDatabase(aws.source, openDatabase);
  expect(await roleOf(database)).toBe(role);
  await (await database.connected(openSession)).close();
  await rotate('follows');
  return { database, aws, role };
}

test('a string that has gone stale is read again, and opens the database that it names now', async () => {
  const clock = moveClock();
  const [before, after] = [await createDatabase(), await createDatabase()];
  const aws = await openAws({ parameter: before.url });
  const database = queueDatabase(aws.source, openDatabase);
  const name = async () =>
    (await database.query<{ name: string }>('select current_database() as name'))[0]?.name;
  expect(before.url).toContain(await name());
  aws.parameters.set(parameterName, after.url);
  clock.forward(301_000);
  expect(after.url).toContain(await name());
});

test('a request after the password was rotated is answered with the new one', async () => {
  const { aws, rotate } = await openRotation(await createApiDatabase(), 'millrace_operator');
  const api = openApi({ database: queueDatabase(aws.source, openDatabase) });
  const health = async () => (await api.call({ path: '/v1/health' })).status;
  expect(await health()).toBe(200);
  await rotate('follows');
  expect([await health(), await health()]).toEqual([200, 200]);
  expect(JSON.stringify(api.log)).not.toContain('second');
});

test('a session after a statement was refused has the new password', async () => {
  const { database, aws, role } = await openRotated();
  expect(await roleOf(database)).toBe(role);
  const session = await database.connected(openSession);
  expect(await roleOf(session)).toBe(role);
  await session.close();
  expect(aws.calls).toHaveLength(2);
});

test('a statement after a session was refused has the new password', async () => {
  const { database, aws, role } = await openRotated();
  const session = await database.connected(openSession);
  await session.close();
  expect(await roleOf(database)).toBe(role);
  expect(aws.calls).toHaveLength(2);
});

test('calls that are refused side by side read the parameter once', async () => {
  const { database, aws, role } = await openRotated();
  const roles = await Promise.all(Array.from({ length: 20 }, () => roleOf(database)));
  expect(new Set(roles)).toEqual(new Set([role]));
  expect(aws.calls).toHaveLength(2);
});

test('several databases are read of in one call, and know of a rotation in one of them by one more', async () => {
  const { role, aws, rotate } = await openRotation(await createDatabase(), 'millrace_consumer');
  const [rotated = ''] = aws.parameters.values();
  const other = await createDatabase();
  const bothWith = (url: string) => aws.parameters.set(parameterName, `${url} ${other.url}`);
  bothWith(rotated);
  const databases = queueDatabases(aws.source, openDatabase, 2);
  const roles = () => Promise.all(databases.map(roleOf));
  expect(await roles()).toEqual([role, 'postgres']);
  expect(aws.calls).toHaveLength(1);
  await rotate('follows');
  bothWith(aws.parameters.get(parameterName) ?? '');
  expect(await roles()).toEqual([role, 'postgres']);
  expect(aws.calls).toHaveLength(2);
});

test('while the parameter stays behind, each call reads it once more and is refused', async () => {
  const { aws, rotate } = await openRotation(await createDatabase(), 'millrace_consumer');
  const database = queueDatabase(aws.source, openDatabase);
  await database.query('select');
  await rotate('stays behind');
  for (const call of [() => database.query('select'), () => database.connected(openSession)])
    expect(isLoginRefused(await failureOf(call()))).toBe(true);
  expect(aws.calls).toHaveLength(3);
});

test('transactional handlers go on in the very tick after a rotation, and spend no attempt', async () => {
  const queues = await openEffects(async (message, context) => {
    await write(context, message.payload.n);
  });
  const { role, aws, rotate } = await openRotation(queues, 'millrace_consumer');
  await queues.query(`grant insert on effect to ${role}`);
  const database = queueDatabase(aws.source, openDatabase);
  const drain = () =>
    queues.drain({ database, openSession: () => database.connected(openSession) });
  await queues.enqueueNumbers(1);
  expect(await drain()).toMatchObject({ done: 1 });

  await rotate('follows');
  const ids = await queues.enqueueNumbers(3);
  expect(await drain()).toMatchObject({ done: 3, retried: 0 });
  expect(await queues.effects()).toEqual([0, 0, 1, 2]);
  for (const id of ids)
    expect((await queues.status(id)).deliveries[0]?.attempts).toMatchObject([
      { attempt: 1, outcome: 'done' },
    ]);
});
