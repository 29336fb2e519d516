// Statements over HTTP beside Neon's own driver, which sends and reads the same.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { listen } from '#local/loopback/loopback-server.ts';
import { addressOf, openDatabase } from '#queue/database.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { neon } from '#test/support/neon-driver.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase({ empty: true });
});

/** A stand-in for Neon's proxy, and the connection string by which it is reached. */
async function proxyThat(
  answers: (request: IncomingMessage) => Promise<{ status: number; body: object }>,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answers(request);
    response.writeHead(status).end(JSON.stringify(body));
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `postgresql://me:secret@127.0.0.1:${port}/shop?a=b`;
}

const bytes = new Uint8Array([0, 92, 34, 255]);
const price = { toPostgres: (prepare: (value: unknown) => unknown) => prepare(['12.50']) };

test.each([
  ['nothing', [null, undefined]],
  ['plain values', [1, -0.5, 9_007_199_254_740_993n, true, '', `it's "so" \\ ü 🚀`]],
  ['bytes', [Buffer.from('00ff', 'hex'), bytes.subarray(1, 3), new DataView(bytes.buffer, 2)]],
  ['lists', [[], [1, [2, null, undefined]], ['a,b', 'c"d\\e', '', 'NULL'], [[true]], [{ a: [1] }]]],
  ['dates', [new Date(0), new Date('2026-07-01T12:34:56.789Z'), new Date('-000043-03-15T00:00Z')]],
  ['dates in lists', [[new Date('2026-01-01T00:00:00Z')]]],
  ['objects', [{ a: { b: [1] } }, { toJSON: () => 'json' }, price]],
])('sends what the driver sends: %s', async (_what, parameters) => {
  const sent: object[] = [];
  const url = await proxyThat(async (request) => {
    const { 'neon-connection-string': login = '', ...headers } = request.headers;
    const neons = Object.entries(headers).filter(([name]) => name.startsWith('neon-'));
    const { method, url: path } = request;
    const { username } = new URL(String(login));
    sent.push({ method, path, username, neons, body: await text(request) });
    return { status: 200, body: { fields: [], rows: [] } };
  });
  await neon(url).query('select 1', parameters);
  await openDatabase(url).query('select 1', parameters);
  expect(sent[1]).toEqual(sent[0]);
});

test('asks where the driver asks', () => {
  const at = (host: string) => addressOf(new URL(`postgresql://me:secret@${host}/shop`)).href;
  expect(at('ep-cool-name-pooler.eu-central-1.aws.neon.tech')).toBe(
    'https://api.eu-central-1.aws.neon.tech/sql',
  );
  expect(at('127.0.0.1:4444')).toBe('http://127.0.0.1:4444/sql');
});

test('reads what the driver reads', async () => {
  const statement = `select 1::int2 as a, 2::int8 as b, 1.5::float8 as c, 'NaN'::float4 as d, 1.50::numeric as e, true as f,
    null::text as g, '1 day 2:03'::interval as h, '2026-01-02'::date as i, '2026-01-02 03:04:05.678'::timestamp as j,
    '2026-01-02 03:04:05.678+02'::timestamptz as k, '{2026-01-02 03:04+00}'::timestamptz[] as l, '\\x00ff'::bytea as m,
    '{"a": [1, null]}'::jsonb as n, '[1]'::json as o, array['{"a": 1}'::jsonb] as p, '{1,NULL}'::int8[] as q,
    '{a,"b c"}'::text[] as r, '(1,2)'::point as s, gen_random_uuid() is not null as t, 'x'::name as u, 1 as u
    from generate_series(1, 2)`;
  expect(await openDatabase(db.url).query(statement)).toEqual(await neon(db.url).query(statement));
});

test.each([
  ['a refusal', 'select 1 / $1::int', 200],
  ['a statement that is none', 'selec $1', 200],
  ['a proxy without a database', 'select $1', 503],
])('fails as the driver fails: %s', async (_what, statement, status) => {
  const away = async () => ({ status, body: { message: 'gone' } });
  const url = status === 200 ? db.url : await proxyThat(away);
  const failing = [neon(url).query(statement, [0]), openDatabase(url).query(statement, [0])];
  const failures = failing.map((each) =>
    each.then(
      () => expect.fail('it should have failed'),
      (error: Error) => ({ ...error, name: error.name, message: error.message }),
    ),
  );
  const [drivers, own] = await Promise.all(failures);
  expect(own).toEqual(drivers);
});
