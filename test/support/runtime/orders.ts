// What the tests do with a deployed bookstore: place orders, look what became of them.
import type { Cloud } from './cloud.ts';
import { type GatewayRequest, gatewayRequest } from './gateway-request.ts';
import type { Outcome, Sandbox } from './sandbox.ts';

export interface HttpAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests say themselves what they expect in an answer
  readonly body: any;
}

export const orderOf = (orderId: string) => ({
  type: 'order.placed',
  payload: {
    orderId,
    email: 'reader@example.com',
    items: [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }],
  },
});

export const order = (orderId: string) => JSON.stringify(orderOf(orderId));

/** Makes a key with every scope; answers the header that shows it. */
export async function bearer({ database }: Cloud): Promise<{ authorization: string }> {
  const [row] = await database.query<{ key: string }>(
    `select millrace.create_api_key('shop', '{enqueue:*,read,operate}') as key`,
  );
  return { authorization: `Bearer ${row?.key}` };
}

/** Whatever the function answered; throws when it did not. */
export function answerOf<Answer>(outcome: Outcome): Answer {
  if (!('answer' in outcome)) throw new Error(`No answer: ${JSON.stringify(outcome)}`);
  return outcome.answer as Answer;
}

export async function call(
  http: Pick<Sandbox, 'invoke'>,
  request: GatewayRequest,
): Promise<HttpAnswer> {
  const outcome = await http.invoke(gatewayRequest(request));
  const { statusCode, body } = answerOf<{ statusCode: number; body: string }>(outcome);
  return { status: statusCode, body: body === '' ? '' : JSON.parse(body) };
}

/** `payments done`, and so on. */
export async function deliveriesOf({ database }: Cloud, id: string): Promise<string[]> {
  const [row] = await database.query<{
    status: { deliveries: { queue: string; status: string }[] };
  }>('select millrace.status($1) as status', [id]);
  return (row?.status.deliveries ?? []).map(({ queue, status }) => `${queue} ${status}`).toSorted();
}

/** Places so many orders in one transaction, as a backend would. */
export async function placeOrders({ database }: Cloud, count: number): Promise<void> {
  const orders = Array.from({ length: count }, (_, n) => orderOf(`O-${n}`));
  await database.query('select millrace.enqueue_many($1)', [JSON.stringify(orders)]);
}
