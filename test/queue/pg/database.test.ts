// Statements and sessions over TCP beside those of Neon's way: whoever has the one may take the other.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import * as neon from '#queue/database.ts';
import { openDatabase, openSession } from '#queue/pg/database.ts';
import { failureKind } from '#queue/routines/failure-kind.ts';
import { failureOf, openOverTcp, pidOf } from '#test/support/queue/over-tcp.ts';

describe('a statement', () => {
  test('gives the same values as over HTTP', async () => {
    const { database, url } = await openOverTcp();
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
    const { database, url } = await openOverTcp();
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

  test('is one, as over HTTP', async () => {
    const { database, url } = await openOverTcp();
    for (const each of [database, neon.openDatabase(url)]) {
      const failure = await failureOf(each.query('begin; select 1 / 0'));
      expect(failure).toMatchObject({ code: '42601' });
    }
  });

  test('leaves no transaction open for the next', async () => {
    const { database } = await openOverTcp();
    await database.query('begin');
    const ids = [1, 2].map(() => database.query('select pg_current_xact_id()::text as id'));
    const [one, other] = await Promise.all(ids);
    expect(one).not.toEqual(other);
  });

  test('that is not answered in time fails, and the next gets a connection that is free', async () => {
    const { open, directUrl } = await openOverTcp(300);
    const database = open(directUrl);
    const slow = Array.from({ length: 10 }, () => failureOf(database.query('select pg_sleep(20)')));
    for (const failure of await Promise.all(slow)) {
      expect(failure.name).toBe('TimeoutError');
      expect(failureKind(failure)).toBe('too-slow');
    }
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});

test('connections say whose they are', async () => {
  const { open, directUrl } = await openOverTcp();
  const url = new URL(directUrl);
  url.search = '';
  const text = `select current_setting('application_name') as name`;
  expect(await open(url.href).query(text)).toEqual([{ name: 'millrace' }]);
});

test('a session is one connection, with transactions and scripts', async () => {
  const { directUrl } = await openOverTcp();
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
    const calls = [openDatabase(url).query('select 1'), openSession(url)];
    for (const failure of await Promise.all(calls.map(failureOf))) {
      expect(failureKind(failure)).toBe(kind);
      expect(JSON.stringify([failure.message, failure, failure.cause])).not.toContain('hunter2');
    }
  });

  test('a wrong password is misconfigured, and in no word of it', async () => {
    const { directUrl } = await openOverTcp();
    const url = new URL(directUrl);
    url.password = 'hunter2';
    const failure = await failureOf(openDatabase(url.href).query('select 1'));
    expect(failureKind(failure)).toBe('misconfigured');
    expect(JSON.stringify([failure.message, failure])).not.toContain('hunter2');
  });

  test.each(['require', 'verify-full', 'prefer'])(
    'a server without TLS gets no password with sslmode=%s',
    async (mode) => {
      const { directUrl } = await openOverTcp();
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
