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

/**
 * One of so many bytes as JSON text, or a few fewer. Its quotes are escaped, as in a document within a message; half of it
 * repeats itself, as markup does, and the other half hardly compresses.
 */
export function largePayload(n: number, bytes: number): Payload {
  const order = orderOf(n);
  const lineBytes = JSON.stringify(line(0)).length - 2;
  const lines = Math.floor((bytes - JSON.stringify(order).length) / lineBytes);
  return {
    ...order,
    note: Array.from({ length: lines }, (_, at) => line(n * lines + at)).join(''),
  };
}

const line = (n: number) =>
  `<p class="note">${scrambled(n, 0x9e3779b1)}${scrambled(n, 0x85ebca6b)}</p>`;

/** Eight digits that look like chance, and are the same in every run. */
const scrambled = (n: number, factor: number) =>
  (Math.imul(n + 1, factor) >>> 0).toString(16).padStart(8, '0');

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
