import { expect, test } from 'vitest';
import { groupIdOf } from '#functions/sqs/group-id.ts';
import { readBody, toBody } from '#functions/sqs/wire.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';

const message: WireMessage = {
  id: '0199f0a0-0000-7000-8000-000000000001',
  type: 'order.placed',
  version: 2,
  payload: { orderId: 'ü', price: null },
  headers: { traceparent: '00-1-1-01' },
  createdAt: '2026-11-28T23:45:30.123456Z',
  groupKey: 'customer 7',
  attempt: 0,
  round: 1,
};

test('what is written is read again, whatever may be null or left out', () => {
  expect(readBody(toBody(message))).toEqual(message);
  const least = { ...message, payload: null, headers: null, groupKey: null };
  expect(readBody(toBody(least))).toEqual(least);
  const ofAnother = { ...message, database: 15 };
  expect(readBody(toBody(ofAnother))).toEqual(ofAnother);
  expect(Object.keys(readBody(toBody(least)))).not.toContain('priority');
  expect(readBody(toBody({ ...least, priority: 9 }))).toEqual({ ...least, priority: 9 });
});

test('the body has no character that SQS refuses', () => {
  const every = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).join('');
  const hostile = { ...message, payload: { [every]: every }, headers: { every } };
  const body = toBody(hostile);
  // What SQS documents that it takes.
  expect(body).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
  expect(readBody(body)).toEqual(hostile);
});

test.each([
  ['{"id":', 'the body of an SQS message is JSON; this one is not'],
  ['"secret"', 'the body of an SQS message is an object'],
  ['null', 'the body of an SQS message is an object'],
  [{ id: 'secret' }, 'id in the body of an SQS message is a UUID'],
  [{ type: 1 }, 'type in the body of an SQS message is a text'],
  [{ version: 0 }, 'version in the body of an SQS message is a whole number from 1'],
  [{ payload: undefined }, 'payload in the body of an SQS message is any JSON'],
  [{ headers: [] }, 'headers in the body of an SQS message is an object or null'],
  [{ createdAt: 'secret' }, 'createdAt in the body of an SQS message is an ISO 8601 instant'],
  [{ groupKey: 7 }, 'groupKey in the body of an SQS message is a text or null'],
  [{ attempt: -1 }, 'attempt in the body of an SQS message is a whole number from 0'],
  [{ round: '0' }, 'round in the body of an SQS message is a whole number from 0'],
  [{ database: null }, 'database in the body of an SQS message is a whole number from 0'],
  [{ fairnessKey: null }, 'fairnessKey in the body of an SQS message is a text'],
  [{ priority: 0 }, 'priority in the body of an SQS message is a whole number from 1 to 9'],
  [{ priority: null }, 'priority in the body of an SQS message is a whole number from 1 to 9'],
])('says what is wrong with a body, and nothing of it: %j', (wrong, sentence) => {
  const body = typeof wrong === 'string' ? wrong : JSON.stringify({ ...message, ...wrong });
  expect(() => readBody(body)).toThrow(new TypeError(sentence));
});

test('a group has the id that its key is, or a digest of a key that SQS refuses', () => {
  expect(groupIdOf('customer-7')).toBe('customer-7');
  expect(groupIdOf(message.id)).toBe(message.id);
  const digests = ['customer 7', 'ü', 'x'.repeat(129), ''].map(groupIdOf);
  for (const digest of digests) expect(digest).toMatch(/^[\da-f]{64}$/);
  expect(new Set(digests)).toHaveLength(4);
});
