// Statements and sessions over TCP beside those of Neon's way: whoever has the one may take the other.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import * as neon from '#queue/database.ts';
import { openDatabase, openSession, type PooledDatabase } from '#queue/pg/database.ts';
import { failureKind } from '#queue/routines/failure-kind.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { startSwitchedProxy } from '#test/support/queue/switched-proxy.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let ofThisFile: TestDatabase | undefined;

async function setup(timeoutMs?: number) {
  ofThisFile ??= await createDatabase({ empty: true });
  const { url, query } = ofThisFile;
  // A name for the connections of this test.
  const name = `test-${randomUUID()}`;
  const directUrl = `${ofThisFile.directUrl}?application_name=${name}`;
  const open = (address: string): PooledDatabase => {
    const database = openDatabase(address, timeoutMs);
    onTestFinished(() => database.close());
    return database;
  };
  const pids = async () => {
    const text = 'select pid from pg_stat_activity where application_name = $1';
    return (await query<{ pid: number }>(text, [name])).map(({ pid }) => pid);
  };
  return { database: open(directUrl), open, directUrl, url, query, pids };
}

const pidOf = async (database: PooledDatabase): Promise<number | undefined> =>
  (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

const failureOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => expect.fail('it should have failed'),
    (error: Error) => error,
  );

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a statement', () => {
  test('gives the same values as over HTTP', async () => {
    const { database, url } = await setup();
    const text = `select 1::int2 as a, 2::int8 as b, 1.5::float8 as c, 1.50::numeric as d, true as e, null::text as f,
      '1 day 2:03'::interval as g, '2026-01-02'::date as h, '2026-01-02 03:04:05.678+02'::timestamptz as i, '\\x00ff'::bytea as j,
      '{"a": [1, null], "__proto__": 1}'::jsonb as k, '[1]'::json as l, array['{"a": 1}'::jsonb] as m, '{1,NULL}'::int8[] as n,
      '{a,"b c"}'::text[] as o, '(1,2)'::point as p, $1::jsonb as q, $2::text[] as r, $3::timestamptz as s, $4::bytea as t,
      $5::int8 as u, 1 as u`;
    const parameters = [
      ...[{ a: 'ü' }, ['x', null, 'y"\\'], new Date('2026-07-01T12:34:56.789Z')],
      ...[new Uint8Array([0, 255]), 9_007_199_254_740_993n],
    ];
    const expected = await neon.openDatabase(url).query(text, parameters);
    expect(await database.query(text, parameters)).toEqual(expected);
    expect(expected).toHaveLength(1);
  });

  test('that is refused says what it would say over HTTP, and its connection goes on', async () => {
    const { database, url } = await setup();
    const pid = await pidOf(database);
    for (const text of ['select 1 / $1::int', 'select $1::int::text::uuid', 'selec $1']) {
      const failures = [database, neon.openDatabase(url)].map((each) =>
        failureOf(each.query(text, [0])),
      );
      const [own, other] = (await Promise.all(failures)) as [Error, Error];
      expect([own.message, failureKind(own)]).toEqual([other.message, failureKind(other)]);
    }
    expect(await pidOf(database)).toBe(pid);
  });

  test('leaves no transaction open for the next', async () => {
    const { database } = await setup();
    await database.query('begin');
    const [row] = await database.query<{ same: boolean }>(
      'select transaction_timestamp() = statement_timestamp() as same',
    );
    expect(row).toEqual({ same: true });
  });

  test('that is not answered in time fails, and the next gets a connection that is free', async () => {
    const { open, directUrl } = await setup(300);
    const database = open(directUrl);
    const slow = Array.from({ length: 10 }, () => failureOf(database.query('select pg_sleep(20)')));
    for (const failure of await Promise.all(slow)) {
      expect(failure.name).toBe('TimeoutError');
      expect(failureKind(failure)).toBe('too-slow');
    }
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});

describe('connections', () => {
  test('are ten at most, each kept for the next statement, and closed when that is asked for', async () => {
    const { database, pids } = await setup();
    const asked = Array.from({ length: 40 }, () => database.query('select pg_sleep(0.02)'));
    await Promise.all(asked);
    expect((await pids()).length).toBe(10);
    await database.close();
    await waitUntil(async () => (await pids()).length === 0);
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('that have rested for long are not trusted', async () => {
    const { database } = await setup();
    const before = await pidOf(database);
    expect(await pidOf(database)).toBe(before);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 31_000);
    expect(await pidOf(database)).not.toBe(before);
  });

  test('that died together are replaced at the first repetition', async () => {
    const { open, directUrl } = await setup();
    const proxy = await startSwitchedProxy(directUrl);
    const database = open(proxy.url);
    await Promise.all(Array.from({ length: 5 }, () => database.query('select pg_sleep(0.02)')));
    expect(proxy.connections).toBe(5);
    proxy.cut();
    let calls = 0;
    const call = () => {
      calls += 1;
      return database.query('select 1 as n');
    };
    expect(await retryTransient(call, { budgetMs: 20_000 })).toEqual([{ n: 1 }]);
    expect(calls).toBeLessThanOrEqual(2);
  });

  test('that the server terminates end no process, and are replaced', async () => {
    const { database, query } = await setup();
    const pid = await pidOf(database);
    await query('select pg_terminate_backend($1, 5000)', [pid]);
    expect(await retryTransient(() => pidOf(database), { budgetMs: 20_000 })).not.toBe(pid);
  });

  test('to a server that accepts and never answers are given up in time', async () => {
    const { open, directUrl } = await setup(300);
    const proxy = await startSwitchedProxy(directUrl);
    proxy.mode = 'hang';
    const failure = await failureOf(open(proxy.url).query('select 1'));
    expect([failure.name, failureKind(failure)]).toEqual(['TimeoutError', 'too-slow']);
  });

  test('that the server has no room for wait for those that there are', async () => {
    const { open, directUrl, query } = await setup();
    await query(`create role crowded login password 'secret' connection limit 2`);
    onTestFinished(() => query('drop role crowded').then(() => {}));
    const url = new URL(directUrl);
    [url.username, url.password] = ['crowded', 'secret'];
    const database = open(url.href);
    const asked = Array.from({ length: 8 }, () => database.query('select pg_sleep(0.02)'));
    expect(await Promise.all(asked)).toHaveLength(8);
    const failure = await failureOf(
      Promise.all([open(url.href).query('select 1'), openSession(url.href)]),
    );
    expect(failureKind(failure)).toBe('busy');
    await database.close();
  });
});

test('connections say whose they are', async () => {
  const { open, directUrl } = await setup();
  const url = new URL(directUrl);
  url.search = '';
  const text = `select current_setting('application_name') as name`;
  expect(await open(url.href).query(text)).toEqual([{ name: 'millrace' }]);
});

test('a session is one connection, with transactions and scripts', async () => {
  const { directUrl } = await setup();
  const session = await openSession(directUrl);
  await session.query('begin');
  await session.query('create temporary table note (n int) on commit drop');
  const rows = await session.script('insert into note values (1); select n from note; commit');
  expect(rows).toEqual([{ n: 1 }]);
  await session.close();
  await session.close();
});

describe('what cannot be reached', () => {
  test.each([
    ['nobody listens', async (): Promise<string> => `127.0.0.1:${await freePort()}`, 'away'],
    ['no such host', async (): Promise<string> => 'no-such-host.invalid', 'away'],
  ] as const)('says so without the password: %s', async (_what, host, kind) => {
    const url = `postgresql://me:hunter2@${await host()}/shop`;
    for (const call of [openDatabase(url).query('select 1'), openSession(url)]) {
      const failure = await failureOf(call);
      expect(failureKind(failure)).toBe(kind);
      expect(JSON.stringify([failure.message, failure, failure.cause])).not.toContain('hunter2');
    }
  });

  test('a wrong password is misconfigured, and in no word of it', async () => {
    const { directUrl } = await setup();
    const url = new URL(directUrl);
    url.password = 'hunter2';
    const failure = await failureOf(openDatabase(url.href).query('select 1'));
    expect(failureKind(failure)).toBe('misconfigured');
    expect(JSON.stringify([failure.message, failure])).not.toContain('hunter2');
  });

  test.each(['require', 'verify-full', 'prefer'])(
    'a server without TLS gets no password with sslmode=%s',
    async (mode) => {
      const { directUrl } = await setup();
      const failure = await failureOf(openSession(`${directUrl}&sslmode=${mode}`));
      expect(failure.message).toContain('say sslmode=disable');
      expect(failureKind(failure)).toBe('misconfigured');
    },
  );

  test('without a word about TLS another machine is asked for it', async () => {
    const asked = Promise.withResolvers<string>();
    const server: Server = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (first) => {
          asked.resolve(first.toString('hex'));
          socket.destroy();
        });
    });
    await once(server.listen(0, '127.0.0.2'), 'listening');
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    await failureOf(openSession(`postgresql://me:hunter2@127.0.0.2:${port}/shop`));
    // SSLRequest: its length and its code.
    expect(await asked.promise).toBe('0000000804d2162f');
  });
});
