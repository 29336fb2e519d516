// The payload that every system carries: 300 bytes of JSON unless a workload is about larger ones, and the schema that
// Millrace checks it with.
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

/** The payload of the n-th message, always of the same size. */
export function payload(n: number): Payload {
  const order = orderOf(n);
  return { ...order, note: 'n'.repeat(300 - JSON.stringify(order).length) };
}

/** One of so many bytes as JSON text, or a few fewer. Its quotes are escaped, as in a document within a message. */
export function largePayload(n: number, bytes: number): Payload {
  const order = orderOf(n);
  const line = `<p class="note">${n}</p>`;
  const lines = Math.floor(
    (bytes - JSON.stringify(order).length) / (JSON.stringify(line).length - 2),
  );
  return { ...order, note: line.repeat(lines) };
}

function orderOf(n: number): Payload {
  return {
    orderId: `order-${String(n).padStart(9, '0')}`,
    email: 'reader@example.com',
    items: [
      { sku: 'the-mill-on-the-floss', quantity: 1, priceCents: 1250 },
      { sku: 'middlemarch', quantity: 2, priceCents: 1890 },
    ],
    note: '',
  };
}

/** Made once: what a producer does before it enqueues is nobody's cost. */
const pool = Array.from({ length: 5_000 }, (_, n) => payload(n));

/** Payloads from a pool of 5,000 that comes round again. */
export function payloads(from: number, count: number): Payload[] {
  const start = from % pool.length;
  const first = pool.slice(start, start + count);
  return first.length === count ? first : [...first, ...payloads(0, count - first.length)];
}
