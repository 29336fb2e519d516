// What the page knows of the shop: the type of its message, and where the API is.
import { type Client, createClient, type Enqueued, type MessagesOf } from '#millrace/client';

/** Read off the declaration. No schema comes into the page by that. */
type Messages = MessagesOf<typeof import('#handlers/order-placed.ts')>;

/**
 * In the cloud `token` is the customer's, by the sign-in service, and it changes with each customer. On a laptop nobody signs in, so it
 * is an API key that may do no more than such a token: place orders.
 */
export const signIn = (token: string): Client<Messages> =>
  createClient<Messages>({ url: 'http://127.0.0.1:8787', token });

/** The order's number is the key: whoever presses twice has ordered once. */
export function placeOrder(
  client: Client<Messages>,
  { orderId, email }: { readonly orderId: string; readonly email: string },
): Promise<Enqueued> {
  const items = [{ sku: 'the-dispossessed', quantity: 1, priceCents: 1299 }];
  return client.enqueue('order.placed', { orderId, email, items }, { idempotencyKey: orderId });
}
