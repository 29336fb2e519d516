// The message that `start` proposes: one that the application's own schema takes, or none.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { registry as bookstore } from '#handlers/registry.ts';
import { exampleMessage } from '#local/example-message.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineRegistry } from '#queue/declare/registry.ts';

const exampleOf = (...payloads: z.ZodType[]) => {
  const messageTypes = payloads.map((payload, n) =>
    defineMessageType({ name: `type_${n}`, payload }),
  );
  return exampleMessage(defineRegistry({ messageTypes, queues: [] }));
};

test('is the schema’s own example', async () => {
  const order = z.object({ id: z.string() }).meta({ examples: [{ id: 'order-1001' }] });
  expect(await exampleOf(order)).toEqual({ type: 'type_0', payload: { id: 'order-1001' } });
});

test('is made up from the schema', async () => {
  const [orderPlaced] = bookstore.messageTypes.values();
  expect(await exampleMessage(bookstore)).toEqual({
    type: orderPlaced?.name,
    payload: {
      orderId: 'order-1',
      email: 'reader@example.com',
      items: [{ sku: 'sku', quantity: 1, priceCents: 1 }],
    },
  });
});

test.each([
  ['texts of a length', z.object({ code: z.string().length(12), id: z.string() })],
  [
    'numbers of a range',
    z.object({ a: z.int().min(7), b: z.number().gt(3).lt(5), c: z.int().max(-2) }),
  ],
  ['formats', z.object({ a: z.uuid(), b: z.url(), c: z.iso.datetime(), d: z.iso.date() })],
  [
    'choices',
    z.object({ a: z.enum(['x', 'y']), b: z.literal(7), c: z.union([z.boolean(), z.string()]) }),
  ],
  ['lists', z.object({ a: z.array(z.string()).min(3), b: z.tuple([z.string(), z.int()]) })],
  [
    'nothing that is optional',
    z.object({ a: z.string().optional(), b: z.int().default(3), c: z.null() }),
  ],
  ['what is no object', z.string()],
])('has %s as the schema wants them', async (_, payload) => {
  const example = await exampleOf(payload);
  expect(example).toHaveProperty('payload');
  expect(payload.safeParse(example?.payload).success).toBe(true);
});

test('is of the first type whose payload can be told', async () => {
  const secret = z.object({ code: z.string().regex(/^[A-Z]{3}-\d+$/) });
  const checked = z.object({ a: z.int() }).refine(({ a }) => a > 100);
  const known = z.object({ id: z.string() });
  expect(await exampleOf(secret, checked, known)).toEqual({
    type: 'type_2',
    payload: { id: 'id' },
  });
});

test('has no payload where none can be told, and is none without a type', async () => {
  expect(await exampleOf(z.object({ at: z.date() }))).toEqual({ type: 'type_0' });
  expect(await exampleMessage(defineRegistry({ queues: [] }))).toBeUndefined();
});

test('says the version of a type that has had others', async () => {
  const type = defineMessageType({
    name: 'order.placed',
    payload: z.string(),
    version: 2,
    upcasters: { 1: (payload) => payload },
  });
  const registry = defineRegistry({ messageTypes: [type], queues: [] });
  expect(await exampleMessage(registry)).toMatchObject({ type: 'order.placed', version: 2 });
});
