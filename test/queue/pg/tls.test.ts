// What is encrypted, whom a connection believes, and what is said when it does not.
import { execFile } from 'node:child_process';
import { TLSSocket } from 'node:tls';
import { inspect, promisify } from 'node:util';
import { Connection } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Database } from '#queue/database.ts';
import { openDatabase, openSession } from '#queue/pg/database.ts';
import { failureKind } from '#queue/routines/failure-kind.ts';
import { failureOf, openOverTcp } from '#test/support/queue/over-tcp.ts';
import { startTlsServer, type TlsServer } from '#test/support/queue/tls-server.ts';
import { waitUntil } from '#test/support/wait-until.ts';

let server: TlsServer;
beforeAll(async () => {
  server = await startTlsServer();
  // It reads its settings in its own time.
  const url = urlWith({ sslmode: 'no-verify' });
  await waitUntil(() =>
    openSession(url).then(
      (session) => session.close().then(() => true),
      () => false,
    ),
  );
});
afterAll(() => server.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

function urlWith(words: Readonly<Record<string, string>>, hostname = 'localhost'): string {
  const url = new URL(server.url);
  url.hostname = hostname;
  for (const [name, value] of Object.entries(words)) url.searchParams.set(name, value);
  return url.href;
}

function urlAs(role: string, words: Readonly<Record<string, string>> = {}): string {
  const believed = { sslmode: 'verify-full', sslrootcert: server.authority };
  const url = new URL(urlWith({ ...believed, ...words }));
  url.username = role;
  return url.href;
}

const isEncrypted = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

async function expectEncrypted(url: string): Promise<void> {
  const database = openDatabase(url);
  onTestFinished(() => database.close());
  expect(await database.query(isEncrypted)).toEqual([{ ssl: true }]);
  const session = await openSession(url);
  expect(await session.query(isEncrypted)).toEqual([{ ssl: true }]);
  await session.close();
}

/** Neither statements nor sessions get through, and nobody hears a secret. */
async function expectRefused(url: string, words: string): Promise<void> {
  const failures = [openDatabase(url).query('select 1'), openSession(url)].map(failureOf);
  for (const failure of await Promise.all(failures)) {
    expect(failure.message).toContain(words);
    expect(failureKind(failure)).toBe('misconfigured');
    const told = inspect(failure, { depth: null });
    expect(told).not.toContain(server.url.password);
  }
}

/** Of a database that gives statements up soon. */
async function expectCancelled(database: Database): Promise<void> {
  expect((await failureOf(database.query('select pg_sleep(60)'))).name).toBe('TimeoutError');
  const busy = `select from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'`;
  await waitUntil(async () => (await database.query(busy)).length === 0);
}

describe('a server whose authority is known', () => {
  test.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
    'is believed with sslmode=%s and sslrootcert',
    (sslmode) => expectEncrypted(urlWith({ sslmode, sslrootcert: server.authority })),
  );

  test('is believed with NODE_EXTRA_CA_CERTS', async () => {
    const program = `
      const { openDatabase } = await import('#queue/pg/database.ts');
      const database = openDatabase(process.argv[1]);
      console.log(JSON.stringify(await database.query(${JSON.stringify(isEncrypted)})));
      await database.close();`;
    const words = ['--input-type=module', '-e', program, urlWith({ sslmode: 'verify-full' })];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: server.authority };
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    expect(JSON.parse(stdout)).toEqual([{ ssl: true }]);
  });

  test('is not believed by another name', () =>
    expectRefused(
      urlWith({ sslmode: 'verify-full', sslrootcert: server.authority }, '127.0.0.1'),
      'TLS failed: Hostname/IP does not match',
    ));

  test('does not carry out a statement that was given up', async () => {
    const url = urlWith({ sslmode: 'verify-full', sslrootcert: server.authority });
    const database = openDatabase(url, 300);
    onTestFinished(() => database.close());
    await expectCancelled(database);
  });
});

describe('a server whose authority is not known', () => {
  test('is not believed, and it is said what to do', () =>
    expectRefused(urlWith({ sslmode: 'require' }), 'see sslrootcert and NODE_EXTRA_CA_CERTS'));

  test('is not believed with another authority', () =>
    expectRefused(
      urlWith({ sslmode: 'verify-full', sslrootcert: server.otherAuthority }),
      'TLS failed: ',
    ));

  test.each([{ sslmode: 'no-verify' }, { sslmode: 'require', uselibpqcompat: 'true' }])(
    'is believed where the URL says so: %o',
    (words) => expectEncrypted(urlWith(words)),
  );
});

test('a file of authorities that is not there is named', () =>
  expectRefused(
    urlWith({ sslmode: 'verify-full', sslrootcert: '/nowhere/authorities.pem' }),
    '/nowhere/authorities.pem',
  ));

test('a server that takes nobody without TLS says so', () =>
  expectRefused(urlWith({ sslmode: 'disable' }), 'no encryption'));

test.each([
  ['', 'SCRAM-SHA-256-PLUS'],
  ['require', 'SCRAM-SHA-256-PLUS'],
  ['disable', 'SCRAM-SHA-256'],
])(
  'a password is bound to the connection that it comes by: channel_binding=%s',
  async (word, name) => {
    const sent = vi.spyOn(Connection.prototype, 'sendSASLInitialResponseMessage');
    const session = await openSession(
      urlWith({ sslmode: 'verify-full', sslrootcert: server.authority, channel_binding: word }),
    );
    await session.close();
    expect(sent.mock.calls.map(([mechanism]) => mechanism)).toEqual([name]);
  },
);

describe('channel_binding=require', () => {
  test.each(['trusted', 'plain', 'hashed'])(
    'sends no password to a server that takes the role %s otherwise',
    async (role) => {
      await expectEncrypted(urlAs(role));
      const sent = vi.spyOn(TLSSocket.prototype, 'write');
      const url = urlAs(role, { channel_binding: 'require' });
      await expectRefused(url, 'channel_binding=require');
      expect(sent.mock.calls.join()).not.toContain(server.url.password);
    },
  );

  test('refuses a login over a plain connection', async () => {
    const { directUrl } = await openOverTcp();
    const failure = await failureOf(openSession(`${directUrl}&channel_binding=require`));
    expect(failure.message).toContain('channel_binding=require');
    expect(failureKind(failure)).toBe('misconfigured');
  });
});

describe('a role that has to show a certificate', () => {
  const shown = () => ({ sslcert: server.certificate, sslkey: server.key });

  test('is let in with sslcert and sslkey', () => expectEncrypted(urlAs('certified', shown())));

  test('has its statements cancelled by them', async () => {
    const database = openDatabase(urlAs('certified', shown()), 300);
    onTestFinished(() => database.close());
    await expectCancelled(database);
  });

  test('is told so without them', () =>
    expectRefused(urlAs('certified'), 'connection requires a valid client certificate'));

  test('is told of a file that is not there', () =>
    expectRefused(
      urlAs('certified', { ...shown(), sslkey: '/nowhere/key.pem' }),
      '/nowhere/key.pem',
    ));
});
