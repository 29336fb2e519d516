import { describe, expect, test } from 'vitest';
import { openDatabase, openSession } from '#queue/database.ts';
import { NoAnswer } from '#queue/errors.ts';
import { type FailureKind, failureKind, mostRepeats } from '#queue/routines/failure-kind.ts';
import { createDatabase } from '#test/support/database.ts';
import { connectionLost } from '#test/support/queue/intercept.ts';

const withCode = (code: string) => Object.assign(new Error('from the database'), { code });
const fetchTimeout = () => {
  const sourceError = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  return Object.assign(new Error(`Error connecting to database: ${sourceError}`), { sourceError });
};

/** Every SQLSTATE and code that a kind is known by, and every sentence that comes without one. */
const known: [FailureKind, string[], string[]][] = [
  [
    'away',
    [
      ...['08000', '08003', '08006', '08P01', '57P01', '57P02', '57P03', '57P05', '25P03', '25P04'],
      ...['55000', '58000', '58030'],
      ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
    ],
    [
      'Server error (HTTP status 500): {"message":"gone"}',
      'Server error (HTTP status 503): {"message":"Control plane request failed"}',
      'endpoint is idle, retry',
      'Connection terminated unexpectedly',
      'Connection ended unexpectedly',
      'WebSocket connection failed',
      'timeout expired',
    ],
  ],
  [
    'busy',
    ['53300', '53200', '53400', '40001', '40P01', '55P03'],
    [
      'Server error (HTTP status 429): slow down',
      'Failed to acquire permit to connect to the database. Too many database connection attempts',
    ],
  ],
  ['read-only', ['25006'], []],
  ['full', ['53100'], []],
  ['too-slow', ['57014'], []],
  ['refused', ['MR001', 'MR010'], []],
  ['unstorable', ['22023', '22P05', '54001'], ['Server error (HTTP status 413): too large']],
  [
    'misconfigured',
    ['28P01', '28000', '3D000', '42501'],
    ['Server error (HTTP status 400): {"message":"password authentication failed"}'],
  ],
  ['unmigrated', ['3F000', '42P01', '42883', '42703'], []],
  ['defect', ['42601', 'XX000', 'XX001', '21000', '23505', 'unknown_type', ''], ['no queue']],
];

test('is told by the sentence where a code means many things', () => {
  const message = 'unexpected data beyond EOF in block 0 of relation base/16384/17348';
  expect(failureKind(Object.assign(new Error(message), { code: 'XX000' }))).toBe('full');
});

describe.each(known)('%s', (kind, codes, messages) => {
  test.each(codes)('is an error with the code "%s"', (code) => {
    expect(failureKind(withCode(code))).toBe(kind);
  });

  test.each(messages)('is what comes without a code: %s', (message) => {
    expect(failureKind(new Error(message))).toBe(kind);
  });
});

test.each([
  ['away', true],
  ['busy', true],
  ['read-only', true],
  ['full', true],
  ['too-slow', true],
  ['own-table', true],
  ['refused', false],
  ['unstorable', false],
  ['misconfigured', false],
  ['unmigrated', false],
  ['defect', false],
] as const)('whether it helps to repeat a call: %s, %j', (kind, isRepeated) => {
  expect(mostRepeats[kind] > 0).toBe(isRepeated);
});

describe('without a SQLSTATE', () => {
  test('a call that got no answer', () => {
    expect(failureKind(connectionLost())).toBe('away');
    expect(failureKind(fetchTimeout())).toBe('too-slow');
    expect(failureKind(new NoAnswer())).toBe('too-slow');
  });

  test('an answer that broke off, or did not come to its end in time', () => {
    const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    expect(failureKind(new TypeError('terminated', { cause }))).toBe('away');
    expect(failureKind(new DOMException('aborted due to timeout', 'TimeoutError'))).toBe(
      'too-slow',
    );
  });

  test("what is the program's own mistake", () => {
    expect(failureKind(new TypeError('x is not a function'))).toBe('defect');
    expect(failureKind(new DOMException('aborted', 'AbortError'))).toBe('defect');
  });

  test.each([undefined, null, 'ECONNRESET', 7, {}])('what is no error: %j', (value) => {
    expect(failureKind(value)).toBe('defect');
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
    expect(failureKind(await errorOf(database.query(suicide)))).toBe('away');
    const session = await openSession(url);
    expect(failureKind(await errorOf(session.query(suicide)))).toBe('away');
    expect(failureKind(await errorOf(session.query('select 1')))).toBe('away');
    expect(failureKind(await errorOf(session.query('select 1')))).toBe('away');
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
    expect(failureKind(await query10)).toBe('away');
  });

  test('says so when nobody listens, over HTTP and over WebSocket', async () => {
    const nowhere = 'postgresql://somebody:secret@127.0.0.1:1/nothing';
    expect(failureKind(await errorOf(openDatabase(nowhere).query('select 1')))).toBe('away');
    expect(failureKind(await errorOf(openSession(nowhere)))).toBe('away');
  });

  test('says so when an answer takes too long', async () => {
    const { url } = await createDatabase();
    const impatient = openDatabase(url, 50);
    expect(failureKind(await errorOf(impatient.query('select pg_sleep(10)')))).toBe('too-slow');
  });

  test('says whose table it was whose constraint has failed, over HTTP and over WebSocket', async () => {
    const { database, url, query } = await createDatabase();
    await query('create table shelf (book text primary key)');
    const session = await openSession(url);
    const theirs = `insert into shelf values ('moby-dick'), ('moby-dick')`;
    const ours = `insert into millrace.drain_log values (now(), -1, 0, 0, 0, 0, 0, 0, 0)`;
    const unfit = `insert into millrace.message_default values (millrace.uuid_v7(), now(), 1, 't', '0')`;
    for (const way of [database, session]) {
      expect(failureKind(await errorOf(way.query(theirs)))).toBe('defect');
      expect(failureKind(await errorOf(way.query(ours)))).toBe('own-table');
      expect(failureKind(await errorOf(way.query(unfit)))).toBe('own-table');
    }
    await session.close();
  });

  test('does not say so when a statement is wrong', async () => {
    const { database } = await createDatabase();
    expect(failureKind(await errorOf(database.query('select 1/0')))).toBe('unstorable');
    expect(failureKind(await errorOf(database.query('selec 1')))).toBe('defect');
  });
});
