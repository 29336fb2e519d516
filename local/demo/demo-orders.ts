// The orders of the demo: most go through, some need a second and a third try, some are declined.
import type { RunningServer } from '#local/running-server.ts';

const customers = ['reader@example.com', 'flaky@example.com', 'declined@example.com'] as const;
/** Of a hundred orders, so many are placed by the flaky and by the declined customer. */
const flakyPercent = 3;
const declinedPercent = 2;
/** Requests under way at once. */
const concurrency = 16;

export interface PlacedOrders {
  readonly count: number;
  readonly seconds: number;
}

/** Places the orders one by one over HTTP, as customers would. Throws with the answer's text when one is refused. */
export async function placeOrders(server: RunningServer, count: number): Promise<PlacedOrders> {
  const startedAt = performance.now();
  const run = Date.now().toString(36);
  let next = 0;
  const customer = async () => {
    while (next < count) await placeOrder(server, orderOf(run, next++));
  };
  await Promise.all(Array.from({ length: concurrency }, customer));
  return { count, seconds: (performance.now() - startedAt) / 1000 };
}

function orderOf(run: string, n: number) {
  const share = n % 100;
  const email =
    share < flakyPercent
      ? customers[1]
      : share < flakyPercent + declinedPercent
        ? customers[2]
        : customers[0];
  const items = [{ sku: `book-${n % 40}`, quantity: 1 + (n % 3), priceCents: 990 + (n % 7) * 200 }];
  return { type: 'order.placed', payload: { orderId: `demo-${run}-${n}`, email, items } };
}

async function placeOrder({ url, apiKey }: RunningServer, order: object): Promise<void> {
  const answer = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`an order was refused: ${answer.status} ${text}`);
}
