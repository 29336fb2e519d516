import { describe, expect, test } from 'vitest';
import { readDemoOptions } from '#local/demo/demo-options.ts';

test('looks into the default data folder for a server on any port', () => {
  expect(readDemoOptions([])).toEqual({ dataDirectory: '.millrace/data', port: undefined });
});

test('takes a folder and a port', () => {
  const options = { dataDirectory: '/var/millrace', port: 9000 };
  expect(readDemoOptions(['--data', '/var/millrace', '--port=9000'])).toEqual(options);
});

test.each(['--help', '-h'])('asks for nothing more than the usage with %s', (word) => {
  expect(readDemoOptions([word, '--port', 'nonsense'])).toBeUndefined();
});

describe('refuses in one line', () => {
  test.for([
    [['--port', 'http'], '--port is a number from 1 to 65535; got "http"'],
    [['--data', ''], '--data is the name of a folder; got ""'],
    [['--every', '5s'], "Unknown option '--every'"],
    [['now'], "Unexpected argument 'now'"],
  ] as const)('%j', ([words, message]) => {
    expect(() => readDemoOptions(words)).toThrow(expect.objectContaining({ message }));
  });
});
