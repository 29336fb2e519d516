// What npm start prints when everything runs.
import type { LocalServer } from './server.ts';

const order = {
  type: 'order.placed',
  payload: {
    orderId: 'order-1001',
    email: 'reader@example.com',
    items: [{ sku: 'the-dispossessed', quantity: 1, priceCents: 1299 }],
  },
};

/** The lines work as they are when pasted into a shell. */
export function greeting({ url, apiKey, shellUrl }: LocalServer, everyMs: number): string {
  return `
ready on ${url}

Place an order:
  curl -sS -w '\\n' ${url}/v1/messages -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'

Look into the database:
  psql ${shellUrl} -c 'select queue, status, count(*) from millrace.delivery_status group by 1, 2'

A tick every ${everyMs / 1000} s drains the queues. Ctrl-C stops everything.
`;
}
