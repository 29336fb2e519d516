import { describe, expect, test } from 'vitest';
import { openDatabase, openSession } from '#queue/database.ts';
import { isTransient } from '#queue/routines/transient-error.ts';
import { createDatabase } from '#test/support/database.ts';
import { connectionLost } from '#test/support/queue/intercept.ts';

const withCode = (code: string) => Object.assign(new Error('from the database'), { code });
const fetchTimeout = () => {
  const sourceError = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  return Object.assign(new Error(`Error connecting to database: ${sourceError}`), { sourceError });
};

describe('passes by itself', () => {
  test.each([
    ['08000', '08003', '08006', '08P01', '57P01', '57P02', '57P03', '53300', '53200'],
    ['40001', '40P01', '55P03', '25P03'],
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
  ])('an error with a code such as %s', (...codes) => {
    for (const code of codes) expect(isTransient(withCode(code))).toBe(true);
  });

  test.each([
    'Server error (HTTP status 500): {"message":"gone"}',
    'Server error (HTTP status 503): {"message":"Control plane request failed"}',
    'Server error (HTTP status 429): slow down',
    'Failed to acquire permit to connect to the database. Too many database connection attempts',
    'endpoint is idle, retry',
    'Connection terminated unexpectedly',
    'Connection ended unexpectedly',
    'WebSocket connection failed',
    'timeout expired',
  ])('what comes without a code: %s', (message) => {
    expect(isTransient(new Error(message))).toBe(true);
  });

  test('a call that got no answer', () => {
    expect(isTransient(connectionLost())).toBe(true);
    expect(isTransient(fetchTimeout())).toBe(true);
  });

  test('an answer that broke off, or did not come to its end in time', () => {
    const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    expect(isTransient(new TypeError('terminated', { cause }))).toBe(true);
    expect(isTransient(new DOMException('aborted due to timeout', 'TimeoutError'))).toBe(true);
  });
});

describe('does not pass by itself', () => {
  test.each(['22023', '23505', '42601', '42501', '53100', '57014', 'MR001', 'XX000', ''])(
    'an error with the code "%s"',
    (code) => {
      expect(isTransient(withCode(code))).toBe(false);
    },
  );

  test.each([
    'Server error (HTTP status 400): {"message":"password authentication failed"}',
    'Server error (HTTP status 413): too large',
    'no queue is named "x"',
  ])('what says so: %s', (message) => {
    expect(isTransient(new Error(message))).toBe(false);
  });

  test("what is the program's own mistake", () => {
    expect(isTransient(new TypeError('x is not a function'))).toBe(false);
    expect(isTransient(new DOMException('aborted', 'AbortError'))).toBe(false);
  });

  test.each([undefined, null, 'ECONNRESET', 7, {}])('what is no error: %j', (value) => {
    expect(isTransient(value)).toBe(false);
  });
});

describe('the driver', () => {
  const errorOf = (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );

  test('says so when its backend is terminated, over HTTP and over WebSocket', async () => {
    const { database, url } = await createDatabase();
    const suicide = 'select pg_terminate_backend(pg_backend_pid())';
    expect(isTransient(await errorOf(database.query(suicide)))).toBe(true);
    const session = await openSession(url);
    expect(isTransient(await errorOf(session.query(suicide)))).toBe(true);
    expect(isTransient(await errorOf(session.query('select 1')))).toBe(true);
    expect(isTransient(await errorOf(session.query('select 1')))).toBe(true);
  });

  test('closes a session in whatever state it is', async () => {
    const { url, query } = await createDatabase();
    const session = async () => {
      const opened = await openSession(url);
      const [row] = await opened.query<{ id: number }>('select pg_backend_pid() as id');
      return { opened, terminate: () => query('select pg_terminate_backend($1, 5000)', [row?.id]) };
    };
    const idle = await session();
    await idle.opened.close();
    await idle.opened.close();
    const gone = await session();
    await gone.terminate();
    await gone.opened.close();
    const noticed = await session();
    await noticed.terminate();
    await errorOf(noticed.opened.query('select 1'));
    await noticed.opened.close();
    const busy = await session();
    const query10 = errorOf(busy.opened.query('select pg_sleep(10)'));
    await busy.opened.close();
    expect(isTransient(await query10)).toBe(true);
  });

  test('says so when nobody listens, over HTTP and over WebSocket', async () => {
    const nowhere = 'postgresql://somebody:secret@127.0.0.1:1/nothing';
    expect(isTransient(await errorOf(openDatabase(nowhere).query('select 1')))).toBe(true);
    expect(isTransient(await errorOf(openSession(nowhere)))).toBe(true);
  });

  test('says so when an answer takes too long', async () => {
    const { url } = await createDatabase();
    const impatient = openDatabase(url, 50);
    expect(isTransient(await errorOf(impatient.query('select pg_sleep(10)')))).toBe(true);
  });

  test('does not say so when a statement is wrong', async () => {
    const { database } = await createDatabase();
    expect(isTransient(await errorOf(database.query('select 1/0')))).toBe(false);
    expect(isTransient(await errorOf(database.query('selec 1')))).toBe(false);
  });
});
