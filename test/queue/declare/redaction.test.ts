import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openSession } from '#queue/database.ts';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { validatePayload } from '#queue/declare/payload.ts';
import { defineQueue, type Queue } from '#queue/declare/queue.ts';
import { redactionOf } from '#queue/declare/redaction.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { reject, retryAfter } from '#queue/declare/ways-out.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from '#test/support/queue/open-queues.ts';

const schema = z.object({
  email: z.string().trim().toLowerCase(),
  card: z.object({ number: z.number(), code: z.string() }).optional(),
  items: z.array(z.object({ sku: z.string(), note: z.string() })).default([]),
});
const order = defineMessageType({
  name: 'test.order',
  payload: schema,
  redact: ['email', 'card.number', 'items.*.sku'],
});
type Order = z.output<typeof schema>;

const email = ' Ada.Lovelace+"tea"@Example.com';
const payload = {
  email,
  card: { number: 4_111_111_111_111_111, code: 'visible-code' },
  items: [
    { sku: 'first-hidden-sku', note: 'visible-note' },
    { sku: 'other-hidden-sku', note: 'visible-note' },
  ],
};
const secrets = /lovelace|hidden-sku|4111111111|1111111111/i;

const lane = (handler: Handler<Order>): Queue =>
  defineQueue({ name: 'orders', policy: { maxAttempts: 1 }, subscriptions: [on(order, handler)] });

/** Everything that is written about a message besides its payload. */
async function recorded({ query, log }: OpenQueues): Promise<string> {
  const rows = await query<{ row: string }>(
    `select a::text as row from millrace.attempt a
     union all select l::text from millrace.dead_letter l
     union all select millrace.dead_letters()::text`,
  );
  return [...rows.map(({ row }) => row), JSON.stringify(log.lines)].join('\n');
}

/** Handles one order, and gives what is recorded of it once the secrets are known not to be there. */
async function recordOf(handler: Handler<Order>): Promise<string> {
  const queues = await openQueues(lane(handler));
  await queues.enqueue(order, payload);
  expect(await queues.drain()).toMatchObject({ dead: 1 });
  const record = await recorded(queues);
  expect(record).not.toMatch(secrets);
  expect(record).toContain('[redacted]');
  return record;
}

describe('what a handler throws', () => {
  test.each<[string, Handler<Order>]>([
    [
      'a message',
      ({ payload }) => {
        throw new Error(`no mailbox for ${payload.email}`);
      },
    ],
    [
      'JSON',
      ({ payload }) => {
        throw new Error(`refused: ${JSON.stringify(payload)}`);
      },
    ],
    [
      'JSON in JSON',
      () => {
        throw new Error(`refused: ${JSON.stringify(email)}`);
      },
    ],
    [
      'a URL',
      ({ payload }) => {
        throw new Error(`GET /?q=${encodeURIComponent(payload.email)}`);
      },
    ],
    [
      'a number',
      ({ payload }) => {
        throw new Error(`declined ${payload.card?.number}`);
      },
    ],
    [
      'a name',
      ({ payload }) => {
        throw Object.assign(new Error(), { name: payload.email });
      },
    ],
    [
      'a stack',
      ({ payload }) => {
        throw Object.assign(new Error('x'), { stack: payload.email });
      },
    ],
    [
      'a cause',
      ({ payload }) => {
        throw new Error('x', { cause: new Error(payload.email) });
      },
    ],
    [
      'no error',
      ({ payload }) => {
        throw payload;
      },
    ],
    [
      'text',
      ({ payload }) => {
        throw payload.items[1]?.sku;
      },
    ],
    [
      'one of several errors',
      ({ payload }) => {
        const refused = new Error('refused', { cause: `${payload.card?.number}` });
        throw new AggregateError([new Error(payload.email), refused, payload.items[0]?.sku]);
      },
    ],
    [
      'a code',
      ({ payload }) => {
        throw Object.assign(new Error('x'), { code: payload.email });
      },
    ],
    [
      'a code that is a number',
      ({ payload }) => {
        throw Object.assign(new Error('x'), { code: payload.card?.number });
      },
    ],
    ['a rejection', ({ payload }) => reject(`unknown: ${payload.email}`)],
    ['a delay', ({ payload }) => retryAfter(1, `unknown: ${payload.email}`)],
    [
      'a rejected promise',
      async ({ payload }) => {
        throw new Error(payload.email);
      },
    ],
  ])('is recorded without what its type redacts: %s', async (_, handler) => {
    await recordOf(handler);
  });

  test('is recorded without a part of it when it is cut', async () => {
    for (const before of [1_970, 1_980, 1_990, 7_970])
      await recordOf(({ payload }) => {
        throw new Error(`${'x'.repeat(before)} ${payload.email} ${payload.email}`);
      });
  });

  test('hides the whole of a value that has another one in it', async () => {
    const items = [
      { sku: 'SKU-31', note: '' },
      { sku: 'SKU-31-blue', note: '' },
    ];
    const redaction = redactionOf(order, [{ payload: { ...payload, items }, version: 1 }]);
    expect(redaction.text('no SKU-31-blue left')).toBe('no [redacted] left');
  });

  test('keeps everything else', async () => {
    const record = await recordOf(({ payload: { email, card, items } }) => {
      throw new RangeError(`${email} ${card?.code} ${items[0]?.note}`);
    });
    expect(record).toContain('[redacted] visible-code visible-note');
    expect(record).toContain('RangeError');
    expect(record).toContain('redaction.test.ts');
  });

  test('keeps short values, which say nothing', async () => {
    const queues = await openQueues(
      lane(({ payload: { email, card } }) => {
        throw new Error(`an error for ${email} and ${card?.number}`);
      }),
    );
    await queues.enqueue(order, { email: 'a', card: { number: 12_345, code: '' } });
    await queues.drain();
    expect(await recorded(queues)).toContain('an error for a and 12345');
  });

  test('is recorded as it is for types that redact nothing', async () => {
    const queue = defineQueue({
      name: 'plain',
      policy: { maxAttempts: 1 },
      subscriptions: [on(numbered, ({ payload }) => reject(`no ${payload.n}`))],
    });
    const queues = await openQueues(queue);
    await queues.enqueue(numbered, { n: 1_234_567 });
    await queues.drain();
    expect(await recorded(queues)).toContain('no 1234567');
  });
});

test('a transaction fails without repeating it', async () => {
  const subscription = onInTransaction(order, async ({ payload }, { transaction }) => {
    await transaction.query('select $1::text::integer', [payload.email]);
  });
  const policy = { maxAttempts: 1 };
  const queues = await openQueues(
    defineQueue({ name: 'orders', policy, subscriptions: [subscription] }),
  );
  await queues.enqueue(order, payload);
  const opening = { openSession: () => openSession(queues.url) };
  expect(await queues.drain(opening)).toMatchObject({ dead: 1 });
  const record = await recorded(queues);
  expect(record).toContain('invalid input syntax for type integer');
  expect(record).toContain('[redacted]');
  expect(record).not.toMatch(secrets);
});

describe('a payload that does not fit', () => {
  const talkative = defineMessageType({
    name: 'test.talkative',
    redact: ['email'],
    payload: z.object({
      email: z.string().refine(() => false, { error: ({ input }) => `"${input}" is no address` }),
    }),
  });

  test('is not repeated by issues that do', () => {
    expect(validatePayload(talkative, { email: 'ada@example.com' })).toMatchObject({
      issues: [{ pointer: '/email', message: '"[redacted]" is no address' }],
    });
  });

  test('is not repeated in the dead letter, nor in that of a message that it follows', async () => {
    const first = defineMessageType({ name: 'test.first', payload: z.unknown() });
    const queues = await openQueues(
      defineQueue({
        name: 'talk',
        policy: { maxAttempts: 1 },
        subscriptions: [
          on(talkative, () => {}),
          on(first, (_, { enqueue }) => void enqueue(talkative, { email: 'ada@example.com' })),
        ],
      }),
    );
    await queues.enqueue(talkative, { email: 'ada@example.com' });
    await queues.enqueue(first, {});
    expect(await queues.drain()).toMatchObject({ dead: 2 });
    expect(await recorded(queues)).not.toContain('ada@');
    expect(await recorded(queues)).toContain('is no address');
  });
});

test('what an older message is upcast to is redacted like the rest', async () => {
  const type = defineMessageType({
    name: 'test.account',
    version: 2,
    payload: z.object({ email: z.string() }),
    upcasters: { 1: (older) => ({ email: `${z.string().parse(older)}@example.com` }) },
    redact: ['email'],
  });
  const handler = on(type, ({ payload }) => reject(`no mailbox for ${payload.email}`));
  const queues = await openQueues(defineQueue({ name: 'accounts', subscriptions: [handler] }));
  await queues.enqueue(type, 'ada' as never);
  await queues.drain();
  expect(await recorded(queues)).toContain('no mailbox for [redacted]');
  expect(await recorded(queues)).not.toContain('ada@');
});

test('status shows that a field is there and not what it holds', async () => {
  const queues = await openQueues(lane(({ payload }) => reject(payload.email)));
  const id = await queues.enqueue(order, payload);
  await queues.drain();
  const status = await queues.status(id);
  expect(status.payload).toEqual({
    email: '[redacted]',
    card: { number: '[redacted]', code: 'visible-code' },
    items: [
      { sku: '[redacted]', note: 'visible-note' },
      { sku: '[redacted]', note: 'visible-note' },
    ],
  });
  expect(JSON.stringify(status)).not.toMatch(secrets);
});

describe('a message type', () => {
  test.each(['', '.', 'a.', '.a', 'a..b'])('cannot redact %j', (path) => {
    const declare = () => defineMessageType({ name: 'test.a', payload: schema, redact: [path] });
    expect(declare).toThrow(TypeError);
    expect(declare).toThrow(`got "${path}"`);
  });
});
