import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { errorRecord } from '#queue/routines/error-record.ts';
import { numbered } from '#test/support/numbered.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

function circular(): Error {
  const error = new Error('round');
  error.cause = error;
  return error;
}

function deep(levels: number): Error {
  return levels === 0
    ? new Error('bottom')
    : new Error(`level ${levels}`, { cause: deep(levels - 1) });
}

/** Errors that stand for two others each, so many levels deep. */
function nested(levels: number): Error {
  if (levels === 0) return new Error('bottom');
  return new AggregateError([nested(levels - 1), nested(levels - 1)], `level ${levels}`);
}

function selfish(): Error {
  const error = new AggregateError([], 'itself');
  error.errors.push(error, new Error('other', { cause: error }));
  return error;
}

/** As those of WebSocket: nothing of it is its own. */
function failureEvent(): unknown {
  class Failure {
    get message() {
      return 'connect ECONNREFUSED';
    }
  }
  return new Failure();
}

const round = { itself: {} };
round.itself = round;

const throwing = (): never => {
  throw new Error('not even this');
};
const unreadable = Object.defineProperty(new Error('x'), 'message', { get: throwing });
const unreadableCause = Object.defineProperty(new Error('x'), 'cause', { get: throwing });
const unreadableCode = Object.defineProperty(new Error('still here'), 'code', { get: throwing });
const unprintable = { toJSON: throwing, toString: throwing };
const oddMessage = Object.assign(new Error('x'), { message: unprintable });
const oddTag = { toJSON: throwing, [Symbol.toStringTag]: 'Odd' };
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();
  return proxy;
};

/** What is thrown, and the message that is kept of it. */
const thrown: [string, unknown, string | RegExp][] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a string', 'just text', 'just text'],
  ['an empty string', '', ''],
  ['a number', 42, '42'],
  ['a bigint', 42n, /42|BigInt/],
  ['a symbol', Symbol('mark'), 'Symbol(mark)'],
  ['a function', throwing, /throw/],
  ['an object', { code: 51 }, '{"code":51}'],
  ['an object without a prototype', Object.create(null), '{}'],
  ['an object that cannot be printed', unprintable, '[object Object]'],
  ['an object with a tag', oddTag, '[object Odd]'],
  ['an error that cannot be read', unreadable, /./],
  ['an error whose cause cannot be read', unreadableCause, /./],
  ['an error whose message is no text', oddMessage, /./],
  ['a revoked proxy', revoked(), /./],
  ['an error whose name is a symbol', Object.assign(new Error('x'), { name: Symbol('n') }), /./],
  ['an error whose stack is a number', Object.assign(new Error('x'), { stack: 5 }), 'x'],
  ['an error that is its own cause', circular(), 'round'],
  ['a NUL character', new Error('a\0b'), 'a\ufffdb'],
  ['half a surrogate pair', new Error('a\ud83d'), 'a\ufffd'],
  ['a pair that the limit cuts in half', new Error(`${'x'.repeat(1999)}😀`), /^x{1999}\ufffd$/],
  ['a long message', new Error('x'.repeat(5_000_000)), /^x{2000}$/],
  ['a long string', 'x'.repeat(5_000_000), /^x{2000}$/],
  ['a long object', { text: 'x'.repeat(5_000_000) }, /^.{2000}$/],
  ['several errors', new AggregateError([new Error('one')], 'both failed'), 'both failed'],
  ['many errors', new AggregateError(Array.from({ length: 1000 }, () => deep(10))), ''],
  ['errors of errors of errors', nested(5), 'level 5'],
  ['an error that stands for itself', selfish(), 'itself'],
  [
    'an error with a code',
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    'refused',
  ],
  ['an error with a long code', Object.assign(new Error('x'), { code: 'x'.repeat(9_999) }), 'x'],
  ['an error with an odd code', Object.assign(new Error('x'), { code: { toJSON: throwing } }), 'x'],
  ['an error with a code of no number', Object.assign(new Error('x'), { code: NaN }), 'x'],
  ['an error with a code that cannot be read', unreadableCode, 'still here'],
  ['NaN', NaN, 'NaN'],
  ['infinity', -Infinity, '-Infinity'],
  ['a Map', new Map([['code', 51]]), '[object Map]'],
  ['a promise', Promise.resolve(), '[object Promise]'],
  ['a regular expression', /x/, '[object RegExp]'],
  ['a date', new Date(0), '1970-01-01'],
  ['an object of an empty class', new (class Empty {})(), '[object Object]'],
  ['an object that contains itself', round, '[object Object]'],
  ['an event of a failure', failureEvent(), 'connect ECONNREFUSED'],
  ['an error of another realm', runInNewContext(`new RangeError('far away')`), 'far away'],
];

describe('the record of an error', () => {
  test.each(thrown)('of %s can be stored', (_, value, message) => {
    const record = errorRecord(value);
    expect(record.message).toMatch(message);
    expect(typeof record.name).toBe('string');
    expect(JSON.stringify(record).length).toBeLessThan(60_000);
  });

  test('keeps causes down to the fourth', () => {
    const messages: string[] = [];
    for (let { cause, message } = errorRecord(deep(10)); ; { cause, message } = cause) {
      messages.push(message);
      if (!cause) break;
    }
    expect(messages).toEqual(['level 10', 'level 9', 'level 8', 'level 7', 'level 6']);
  });

  test('keeps a cause that is no error', () => {
    const record = errorRecord(new Error('outer', { cause: { code: 51 } }));
    expect(record.cause).toEqual({ name: 'NonError', message: '{"code":51}' });
  });

  test('keeps what can be read of an error', () => {
    expect(errorRecord(unreadableCause)).toMatchObject({ name: 'Error', message: 'x' });
    expect(errorRecord(unreadable)).toMatchObject({ name: 'Error', message: /./ });
  });

  test('ends where an error is caused by itself', () => {
    expect(errorRecord(circular())).not.toHaveProperty('cause');
    const outer = new Error('outer');
    outer.cause = new Error('inner', { cause: outer });
    expect(errorRecord(outer).cause).toMatchObject({ message: 'inner' });
    expect(errorRecord(outer).cause).not.toHaveProperty('cause');
  });

  test.each(['ECONNREFUSED', 51, 0, -1.5, ''])('keeps the code %j, of causes too', (code) => {
    const cause = Object.assign(new Error('inner'), { code });
    const error = Object.assign(new Error('outer', { cause }), { code });
    expect(errorRecord(error)).toMatchObject({ code, cause: { code } });
  });

  test('has no code where there is none', () => {
    for (const code of [undefined, null, NaN, Infinity, 5n, true, {}, Symbol('c')])
      expect(errorRecord(Object.assign(new Error('x'), { code }))).not.toHaveProperty('code');
  });

  test('keeps the first ten of several errors, with their codes and causes', () => {
    const one = (n: number) =>
      Object.assign(new Error(`address ${n}`, { cause: `cause ${n}` }), { code: n });
    const several = new AggregateError([...Array(30).keys()].map(one), 'all failed');
    const record = errorRecord(new Error('outer', { cause: several }));
    const errors = [...Array(10).keys()].map((n) => ({
      name: 'Error',
      message: `address ${n}`,
      code: n,
      cause: { name: 'NonError', message: `cause ${n}` },
    }));
    expect(record.cause).toMatchObject({ name: 'AggregateError', message: 'all failed', errors });
    expect(record.cause?.errors).toHaveLength(10);
  });

  test('keeps what is no error among several', () => {
    const record = errorRecord(new AggregateError(['text', undefined, { code: 51 }]));
    expect(record.errors?.map(({ message }) => message)).toEqual([
      'text',
      'undefined',
      '{"code":51}',
    ]);
  });

  test('keeps both of an error that came while another one was dealt with', () => {
    const both = new SuppressedError(new Error('while closing'), new Error('at first'));
    expect(errorRecord(both)).toMatchObject({
      errors: [{ message: 'while closing' }, { message: 'at first' }],
    });
  });

  test('leaves lists alone that are called errors but are something else', () => {
    const error = Object.assign(new Error('invalid'), { errors: [{ path: 'email' }] });
    expect(errorRecord(error)).not.toHaveProperty('errors');
  });

  test('limits the stack', () => {
    const error = Object.assign(new Error('x'), { stack: `Error: x\n${'at y\n'.repeat(10_000)}` });
    expect(errorRecord(error).stack).toHaveLength(8_000);
  });
});

test('whatever handlers throw, their attempts are recorded and their neighbours are done', async () => {
  const subscription = on(numbered, ({ payload }) => {
    const [, value] = thrown[payload.n] ?? [];
    if (payload.n < thrown.length) throw value;
  });
  const queues = await openQueues(defineQueue({ name: 'plain', subscriptions: [subscription] }));
  const ids = await queues.enqueueNumbers(thrown.length * 2);
  expect(await queues.drain()).toMatchObject({ retried: thrown.length, done: thrown.length });
  for (const [index, [, , message]] of thrown.entries()) {
    const [delivery] = (await queues.status(ids[index] ?? '')).deliveries;
    expect(delivery?.attempts[0]?.error?.message).toMatch(message);
  }
});
