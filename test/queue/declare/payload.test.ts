// Payloads are checked again when a handler gets them: the schema may have changed since they were enqueued.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type Handler, on } from '#queue/declare/handler.ts';
import { type AnyMessageType, defineMessageType } from '#queue/declare/message-type.ts';
import { validatePayload } from '#queue/declare/payload.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';

function typeOf<Schema extends z.ZodType>(payload: Schema) {
  return defineMessageType({ name: 'test.checked', payload });
}

async function setup<Type extends AnyMessageType>(type: Type, handler: Handler<unknown>) {
  const queue = defineQueue({ name: 'plain', subscriptions: [on(type, handler)] });
  const queues = await openQueues(queue);
  const errorOf = async (id: string) =>
    (await queues.status(id)).deliveries[0]?.attempts[0]?.error?.message;
  return { queues, errorOf };
}

test('a payload that no longer fits is a dead letter that names places and no values', async () => {
  const schema = z.object({ card: z.object({ number: z.int() }), tags: z.array(z.string()) });
  const handled: unknown[] = [];
  const { queues, errorOf } = await setup(typeOf(schema), (message) => void handled.push(message));
  const secret = '4111-1111-1111-1111';
  const wrong = { card: { number: secret }, tags: ['fine', { secret }] };
  const id = await queues.enqueue(typeOf(z.unknown()), wrong);
  expect(await queues.drain()).toMatchObject({ claimed: 1, dead: 1, retried: 0 });
  expect(handled).toEqual([]);
  const message = await errorOf(id);
  expect(message).toMatch(/^the payload does not fit the schema of "test.checked": /);
  expect(message).toContain('/card/number: ');
  expect(message).toContain('/tags/1: ');
  const [kept] = await queues.query<{ text: string }>(
    'select dead_letter::text as text from millrace.dead_letter',
  );
  expect(kept?.text).not.toContain(secret);
  expect(JSON.stringify(queues.log.lines)).not.toContain(secret);
});

test('a payload with many faults names the first ten', async () => {
  const { queues, errorOf } = await setup(typeOf(z.array(z.string())), () => {});
  const id = await queues.enqueue(typeOf(z.unknown()), Array(1000).fill(1));
  await queues.drain();
  const message = (await errorOf(id)) ?? '';
  expect(message.match(/\/\d+: /g)).toHaveLength(10);
});

test('a schema may check asynchronously', async () => {
  const even = z.number().refine(async (n) => n % 2 === 0, 'must be even');
  const got: unknown[] = [];
  const { queues, errorOf } = await setup(typeOf(even), ({ payload }) => void got.push(payload));
  const odd = await queues.enqueue(typeOf(even), 3);
  await queues.enqueue(typeOf(even), 4);
  expect(await queues.drain()).toMatchObject({ done: 1, dead: 1 });
  expect(got).toEqual([4]);
  expect(await errorOf(odd)).toContain('/: must be even');
});

test.each([
  ['throws', () => JSON.parse('{')],
  ['rejects', () => Promise.reject(new SyntaxError('look-up failed'))],
])('a schema that %s fails the attempt, as a handler does', async (_, validate) => {
  const type = defineMessageType({
    name: 'test.checked',
    payload: { '~standard': { version: 1, vendor: 'test', validate } },
  });
  const { queues } = await setup(type, () => {});
  const id = await queues.enqueue(type, 1);
  expect(await queues.drain()).toMatchObject({ retried: 1, dead: 0 });
  const error = { name: 'SyntaxError' };
  expect(await queues.status(id)).toMatchObject({ deliveries: [{ attempts: [{ error }] }] });
});

test('a pointer escapes what means something in pointers', async () => {
  const schema = z.object({ 'a/b': z.object({ '~': z.array(z.number()) }) });
  const checked = await validatePayload(typeOf(schema), { 'a/b': { '~': [1, 'two'] } });
  expect(checked).toMatchObject({ ok: false, issues: [{ pointer: '/a~1b/~0/1' }] });
});

test('any Standard Schema will do, also one that knows no places', async () => {
  const validate = (value: unknown) =>
    value === 'good' ? { value } : { issues: [{ message: 'not good', path: [{ key: 0 }, 'x'] }] };
  const type = defineMessageType({
    name: 'test.checked',
    payload: { '~standard': { version: 1, vendor: 'test', validate } },
  });
  expect(await validatePayload(type, 'good')).toEqual({ ok: true, value: 'good' });
  expect(await validatePayload(type, 'bad')).toMatchObject({
    ok: false,
    issues: [{ pointer: '/0/x', message: 'not good' }],
  });
});
