// A page of the bookstore: it places an order from the browser, and follows it through its queues. docs/client.md says how to run it.
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { createClient, type Enqueued } from '#millrace/client';
import { placeOrder, signIn } from './order.ts';
import { PlacedOrder } from './placed-order.tsx';

interface Placed {
  readonly orderId: string;
  readonly answer: Enqueued;
}

const follower = createClient({ url: 'http://127.0.0.1:8787' });

const newOrderId = () => `order-${crypto.randomUUID().slice(0, 8)}`;

function Shop() {
  const [orders, setOrders] = useState<readonly Placed[]>([]);
  // The number stands for the order until it is placed: pressing again after a failure places the same one.
  const [orderId, setOrderId] = useState(newOrderId);
  const [failure, setFailure] = useState('');
  const place = async (form: FormData) => {
    setFailure('');
    try {
      const client = signIn(String(form.get('token')));
      const answer = await placeOrder(client, { orderId, email: String(form.get('email')) });
      setOrders((before) => [{ orderId, answer }, ...before]);
      setOrderId(newOrderId());
    } catch (error) {
      setFailure(String(error));
    }
  };
  return (
    <>
      <h1>The bookstore</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void place(new FormData(event.currentTarget));
        }}
      >
        <label>
          A key that may place orders, in place of a customer's token
          <input name="token" type="password" required autocomplete="off" />
        </label>
        <label>
          Email (declined@example.com has a card that is declined)
          <input name="email" type="email" required value="reader@example.com" />
        </label>
        <button type="submit">Order “The Dispossessed”</button>
      </form>
      {failure && <p role="alert">{failure}</p>}
      {orders.map(({ orderId: placedId, answer }) => (
        <section key={placedId}>
          <h2>{placedId}</h2>
          <PlacedOrder client={follower} order={answer} />
        </section>
      ))}
    </>
  );
}

const main = document.getElementById('shop');
if (main) render(<Shop />, main);
