// The client as pages use it: the example, the hooks, and the outbox through a reload and without a network.
import { beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '#client/client.ts';
import { createOperations } from '#client/operate.ts';
import { openPage, openShop, type Shop } from '#test/support/client/open-page.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  return () => shop.close();
});

const example = `import './shop.tsx';`;

test('the example places an order and shows it on its way to the end', async () => {
  const { page } = await openPage(shop, example);
  await page.getByLabel(/key/).fill(shop.key);
  await page.getByRole('button').click();
  for (const queue of ['payments', 'inventory', 'notifications'])
    await page.getByText(`${queue} is done`).waitFor();
});

test('the example shows an order that fails, and a key that is wrong', async () => {
  const { page } = await openPage(shop, example);
  await page.getByLabel(/key/).fill('no-key');
  await page.getByRole('button').click();
  await page.getByRole('alert').getByText('A valid API key is needed').waitFor();
  await page.getByLabel(/key/).fill(shop.key);
  await page.getByLabel(/Email/).fill('declined@example.com');
  await page.getByRole('button').click();
  await page.getByText('payments has failed').waitFor();
});

/** A component that shows a message's status, by the library of that name. */
const componentOf = (library: 'react' | 'preact', mount: string) => `
  /** @jsxImportSource ${library} */
  import { createClient } from '#millrace/client';
  import { useMessage } from '#millrace/client-${library}';
  ${mount}
  const client = createClient({ url: 'http://127.0.0.1:8787' });
  const Order = ({ id, statusToken }) => {
    const { message, problem } = useMessage(id, { client, statusToken });
    return <p>{problem ? problem.kind : (message?.status ?? 'nothing yet')}</p>;
  };
  show(<Order />);
  globalThis.follow = (order) => show(<Order {...order} />);`;

const mounts = {
  react: `
    import { createRoot } from 'react-dom/client';
    const root = createRoot(document.getElementById('shop'));
    const show = (element) => root.render(element);`,
  preact: `
    import { render } from 'preact';
    const show = (element) => render(element, document.getElementById('shop'));`,
} as const;

describe.each(['react', 'preact'] as const)('useMessage of %s', (library) => {
  test('renders again until the message has ended, and begins anew for another one', async () => {
    const { page } = await openPage(shop, componentOf(library, mounts[library]));
    const client = createClient({ url: shop.url, key: shop.key });
    const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
    const place = (email: string) =>
      client.enqueue('order.placed', { orderId: crypto.randomUUID(), email, items });
    await page.getByText('nothing yet').waitFor();
    const first = await place('reader@example.com');
    await page.evaluate(`follow(${JSON.stringify(first)})`);
    await page.getByText('done').waitFor();
    const second = await place('declined@example.com');
    await page.evaluate(`follow(${JSON.stringify(second)})`);
    await page.getByText('dead').waitFor();
    const foreign = { id: first.id, statusToken: second.statusToken };
    await page.evaluate(`follow(${JSON.stringify(foreign)})`);
    await page.getByText('status-token-foreign').waitFor();
  });
});

const outboxPage = (key: string) => `
  import { createOutbox } from '#millrace/client-outbox';
  const outbox = createOutbox({
    url: 'http://127.0.0.1:8787', token: '${key}', name: 'customer',
    onRefused: (_, problem) => { document.title = problem.kind; },
  });
  globalThis.place = (orderId) => outbox.enqueue('order.placed', {
    orderId, email: 'reader@example.com', items: [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }],
  }, { groupKey: 'the customer of this page' });
  globalThis.left = async () => (await outbox.waiting()).length;`;

test('an outbox loses nothing and doubles nothing: no network, a reload, and the API away', async () => {
  const { page, context } = await openPage(shop, outboxPage(shop.key));
  const place = (n: number) => page.evaluate(`place('kept-${n}')`);
  const left = () => page.evaluate<number>('left()');
  await shop.stop();
  for (let n = 0; n < 5; n += 1) await place(n);
  await page.reload();
  expect(await left()).toBe(5);
  await context.setOffline(true);
  for (let n = 5; n < 30; n += 1) await place(n);
  await shop.start();
  expect(await left()).toBe(30);
  await context.setOffline(false);
  await expect.poll(left).toBeLessThan(25);
  await page.reload();
  await place(30);
  await expect.poll(left).toBe(0);
  expect(await page.title()).toBe('The bookstore');
  const operations = createOperations({ url: shop.url, key: shop.key });
  const groupKey = 'the customer of this page';
  const { items } = await operations.messages({ groupKey, limit: 200 });
  const stored = await Promise.all(items.map(({ id }) => operations.message(id)));
  const orders = stored.map(({ payload }) => (payload as { orderId: string }).orderId);
  // Newest first.
  expect(orders.toReversed()).toEqual(Array.from({ length: 31 }, (_, n) => `kept-${n}`));
});
