import { expect, test, vi } from 'vitest';
import { functionLog } from '#functions/runtime/function-log.ts';

/** The lines that are written, as values. */
function written(log: () => void): unknown[] {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  log();
  const lines = write.mock.calls.map(([line]) => String(line));
  write.mockRestore();
  for (const line of lines) expect(line).toMatch(/^[^\n]+\n$/);
  return lines.map((line) => JSON.parse(line));
}

test('writes one JSON object a line, with level, time and service', () => {
  expect(written(() => functionLog('http').info('request', { status: 202 }))).toEqual([
    {
      level: 'INFO',
      message: 'request',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'http',
      status: 202,
    },
  ]);
});

test.each([
  [undefined, ['INFO', 'WARN', 'ERROR']],
  ['TRACE', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
  ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
  ['ERROR', ['ERROR']],
  ['FATAL', []],
])('at the log level %s writes %j', (level, expected) => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', level);
  const log = functionLog('http');
  const lines = written(() => {
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
  });
  vi.unstubAllEnvs();
  expect(lines.map((line) => (line as { readonly level: string }).level)).toEqual(expected);
});

test('attributes take no line its level', () => {
  expect(written(() => functionLog('http').warn('c', { level: 'DEBUG' }))).toEqual([
    expect.objectContaining({ level: 'WARN' }),
  ]);
});

test('prints errors and large numbers', () => {
  const error = new TypeError('no', { cause: new Error('why') });
  expect(written(() => functionLog('http').error('failed', { error, count: 1n }))).toEqual([
    expect.objectContaining({
      count: '1',
      error: expect.objectContaining({
        name: 'TypeError',
        message: 'no',
        cause: expect.objectContaining({ message: 'why' }),
      }),
    }),
  ]);
});

test('prints the code of an error, and the errors that it stands for', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' });
  expect(written(() => functionLog('http').error('failed', { error }))).toEqual([
    expect.objectContaining({
      error: expect.objectContaining({
        code: 'ECONNREFUSED',
        errors: [expect.objectContaining({ message: 'refused', code: 'ECONNREFUSED' })],
      }),
    }),
  ]);
});

test('does not fail on what JSON cannot say', () => {
  const circle: { self?: object } = {};
  circle.self = circle;
  expect(written(() => functionLog('http').info('odd', { circle }))).toEqual([
    expect.objectContaining({ message: 'odd', attributes: 'not printable' }),
  ]);
});
