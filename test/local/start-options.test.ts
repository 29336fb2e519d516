import { describe, expect, test } from 'vitest';
import { readStartOptions } from '#local/start-options.ts';

test('has a default for everything', () => {
  expect(readStartOptions([], {})).toEqual({
    paths: {},
    port: 8787,
    everyMs: 5_000,
    dataDirectory: '.millrace/data',
    allowedOrigins: [],
    databaseUrl: undefined,
    driver: 'neon',
    modes: { sleep: false, eager: false, handOver: undefined },
  });
});

test('takes flags and variables', () => {
  const words = ['--port', '9000', '--every=1m', '--data', '/var/millrace', '--driver=pg'];
  words.push('--registry', 'src/registry.ts', '--migrations', 'src/tables');
  words.push('--allow-origin', 'http://localhost:5173', '--allow-origin=https://shop.example');
  const DATABASE_URL = 'postgresql://me@localhost/mine';
  expect(readStartOptions(words, { DATABASE_URL })).toEqual({
    paths: { registry: 'src/registry.ts', migrations: 'src/tables' },
    port: 9000,
    everyMs: 60_000,
    dataDirectory: '/var/millrace',
    allowedOrigins: ['http://localhost:5173', 'https://shop.example'],
    databaseUrl: DATABASE_URL,
    driver: 'pg',
    modes: { sleep: false, eager: false, handOver: undefined },
  });
});

test('takes several databases, and as many of them as are asked for', () => {
  const [first, second] = ['postgresql://me@localhost/a', 'postgresql://me@localhost/b'];
  const DATABASE_URL = `${first}\n${second}`;
  expect(readStartOptions([], { DATABASE_URL })).toMatchObject({
    databaseUrl: `${first} ${second}`,
    databases: undefined,
  });
  expect(readStartOptions(['--databases', '1'], { DATABASE_URL })?.databaseUrl).toBe(first);
  expect(readStartOptions(['--databases', '16'], {})?.databases).toBe(16);
  expect(() => readStartOptions(['--databases', '3'], { DATABASE_URL })).toThrow(
    '--databases is 3, and DATABASE_URL names 2: add the others behind it, separated by spaces',
  );
});

test('asks for nothing more than the usage with --help', () => {
  expect(readStartOptions(['--help'], {})).toBeUndefined();
});

test('takes the modes one by one and together', () => {
  expect(readStartOptions(['--sleep'], {})).toMatchObject({
    everyMs: 6 * 60 * 60_000,
    modes: { sleep: true, eager: false, handOver: undefined },
  });
  expect(readStartOptions(['--eager', '--every', '1m', '--hand-over', '8'], {})).toMatchObject({
    everyMs: 60_000,
    modes: { sleep: false, eager: true, handOver: 8 },
  });
  expect(readStartOptions(['--sleep', '--eager', '--hand-over=100'], {})).toMatchObject({
    modes: { sleep: true, eager: true, handOver: 100 },
  });
});

describe('an interval', () => {
  test.for([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
  ] as const)('of %s is %d milliseconds', ([every, everyMs]) => {
    expect(readStartOptions(['--every', every], {})).toMatchObject({ everyMs });
  });
});

const refusedOrigin = (origin: string) =>
  `--allow-origin is what a browser sends as Origin, such as http://localhost:5173; got "${origin}"`;

const refusedHelpers = (text: string) =>
  `--hand-over is a whole number from 1 to 100; got "${text}"`;

const refusedDatabases = (text: string) =>
  `--databases is a whole number from 1 to 16; got "${text}"`;

describe('refuses in one line', () => {
  test.for([
    [['--port', 'http'], '--port is a number from 1 to 65535; got "http"'],
    [['--port', '70000'], '--port is a number from 1 to 65535; got "70000"'],
    [['--every', '5'], '--every is an interval from 100ms to 1440m, such as 5s; got "5"'],
    [['--every', '1ms'], '--every is an interval from 100ms to 1440m, such as 5s; got "1ms"'],
    [['--every', '-1s'], "Option '--every' argument is ambiguous"],
    [
      ['--sleep', '--every', '5s'],
      '--every is for ticks, and with --sleep wake-ups take their place: leave one out',
    ],
    [['--hand-over', '0'], refusedHelpers('0')],
    [['--hand-over=-1'], refusedHelpers('-1')],
    [['--hand-over', '101'], refusedHelpers('101')],
    [['--hand-over', '1.5'], refusedHelpers('1.5')],
    [['--hand-over', ''], refusedHelpers('')],
    [['--hand-over', 'all'], refusedHelpers('all')],
    [['--databases', '0'], refusedDatabases('0')],
    [['--databases', '17'], refusedDatabases('17')],
    [['--databases', '1.5'], refusedDatabases('1.5')],
    [['--data', ''], '--data is the name of a folder; got ""'],
    [['--allow-origin', 'localhost:5173'], refusedOrigin('localhost:5173')],
    [['--allow-origin', 'http://localhost:5173/'], refusedOrigin('http://localhost:5173/')],
    [['--allow-origin', '*'], refusedOrigin('*')],
    [['--allow-origin', 'null'], refusedOrigin('null')],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['serve'], "Unexpected argument 'serve'"],
  ] as const)('%j', ([words, message]) => {
    expect(() => readStartOptions(words, {})).toThrow(expect.objectContaining({ message }));
  });

  test('a DATABASE_URL of another kind, without repeating it', () => {
    const DATABASE_URL = 'mysql://me:secret@localhost/mine';
    expect(() => readStartOptions([], { DATABASE_URL })).toThrow(
      'DATABASE_URL must look like postgresql://user:password@host/database',
    );
  });
});
