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

const throwing = (): never => {
  throw new Error('not even this');
};
const unreadable = Object.defineProperty(new Error('x'), 'message', { get: throwing });
const unreadableCause = Object.defineProperty(new Error('x'), 'cause', { get: throwing });
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
