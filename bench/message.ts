// The payload that every system carries: 300 bytes of JSON, and the schema that Millrace checks it with.
import * as z from 'zod';

export const payloadSchema = z.object({
  orderId: z.string().min(1).max(100),
  email: z.email(),
  items: z
    .array(z.object({ sku: z.string().min(1), quantity: z.int().min(1), priceCents: z.int() }))
    .min(1),
  note: z.string(),
});

export type Payload = z.infer<typeof payloadSchema>;

const payloadBytes = 300;

/** The payload of the n-th message, always of the same size. */
export function payload(n: number): Payload {
  const order = {
    orderId: `order-${String(n).padStart(9, '0')}`,
    email: 'reader@example.com',
    items: [
      { sku: 'the-mill-on-the-floss', quantity: 1, priceCents: 1250 },
      { sku: 'middlemarch', quantity: 2, priceCents: 1890 },
    ],
    note: '',
  };
  return { ...order, note: 'n'.repeat(payloadBytes - JSON.stringify(order).length) };
}

/** Made once: what a producer does before it enqueues is nobody's cost. */
const pool = Array.from({ length: 5_000 }, (_, n) => payload(n));

/** Payloads from a pool of 5,000 that comes round again. */
export function payloads(from: number, count: number): Payload[] {
  const start = from % pool.length;
  const first = pool.slice(start, start + count);
  return first.length === count ? first : [...first, ...payloads(0, count - first.length)];
}
