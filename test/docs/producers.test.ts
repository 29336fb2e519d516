// Holds docs/producers.md to what is run: its TypeScript to the files that test/queue/produce/libraries.test.ts runs, its
// SQL of other languages to the database.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { enqueue } from '#queue/produce/enqueue.ts';
import { orderPlaced } from '#test/support/producers/shop/order-placed.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { connect } from '#test/support/sql/connect.ts';

const root = join(import.meta.dirname, '../..');
const shop = join(root, 'test/support/producers/shop');
const page = await readFile(join(root, 'docs/producers.md'), 'utf8');

/** The page's blocks of a language, by the path in their first line; of those without one the last, by the language. */
const blocks = new Map(
  Array.from(page.matchAll(/^```(\w*)\n(?:(?:\/\/|#) (shop\/\S+)\n)?(.*?)^```$/gms)).map(
    ([, language = '', path = language, text = '']) => [path, text],
  ),
);

const files = (await readdir(shop)).filter((name) => name.endsWith('.ts'));

test.each(files)('shows shop/%s as it is run', async (name) => {
  const text = await readFile(join(shop, name), 'utf8');
  expect(blocks.get(`shop/${name}`)).toBe(text.replaceAll("'#millrace'", "'millrace'"));
});

test('shows no TypeScript but these files', () => {
  const shown = [...blocks.keys()].filter((path) => path.endsWith('.ts'));
  expect(shown.sort()).toEqual(files.map((name) => `shop/${name}`).sort());
  expect(blocks.keys()).not.toContain('ts');
});

test('the line of each library is in its example', () => {
  const lines = [...page.matchAll(/^\| \S.*\| `(enqueue\(.*order)\)` +\|$/gm)].map(
    ([, line]) => line,
  );
  expect(lines).toHaveLength(7);
  const run = [...blocks.values()].join('').replaceAll(/\s+/g, ' ');
  for (const line of lines) expect(run).toContain(line);
});

test('names every code of a refusal', async () => {
  const source = await readFile(join(root, 'queue/routines/refusal.ts'), 'utf8');
  const codes = [...source.matchAll(/(MR\d+): '(\w+)'/g)].map(
    ([, state, code]) => `${code} ${state}`,
  );
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (MR\d+)? +\|/gm)].map(([, code, state]) =>
    [code, state].join(' ').trim(),
  );
  expect(rows).toEqual(['invalid_payload', ...codes]);
});

const payments = defineQueue({ name: 'payments', subscriptions: [on(orderPlaced, () => {})] });
const order = { orderId: 'order-1', email: 'reader@example.com' };

async function setup() {
  const queues = await openQueues(payments);
  await queues.query('drop table if exists customer_order');
  await queues.query('create table customer_order (id text primary key, email text not null)');
  return queues;
}

test('shows the sentence of a payload that does not fit', async () => {
  const { database } = await setup();
  const refused = enqueue(database, orderPlaced, { ...order, email: 'nobody' });
  await expect(refused).rejects.toThrow();
  expect(blocks.get('')?.trim()).toBe(await refused.catch(String));
});

const parameters: Readonly<Record<string, readonly string[]>> = {
  insert: [order.orderId, order.email],
  select: [
    'order.placed',
    JSON.stringify(order),
    JSON.stringify({ idempotencyKey: order.orderId }),
  ],
};

test.each([
  'shop/place_order.py',
  'shop/place_order.go',
  'shop/place_order.rb',
  'shop/place-order.sh',
])('the SQL in %s stores an order and its message', async (path) => {
  const queues = await setup();
  const client = await connect(queues);
  for (const { text, values } of statementsIn(blocks.get(path) ?? ''))
    await client.query(text, values);
  expect(await queues.query('select * from customer_order')).toEqual([
    { id: 'order-1', email: order.email },
  ]);
  expect(await queues.query('select payload from millrace.message')).toEqual([{ payload: order }]);
  expect(await queues.query('select key from millrace.idempotency_key')).toEqual([
    { key: 'order-1' },
  ]);
});

/** Statements in quotes with the parameters that stand behind them, or those of a script for psql with its variables. */
function statementsIn(block: string): { text: string; values?: string[] }[] {
  const script = /<<'SQL'\n(.*)\nSQL\n/s.exec(block)?.[1];
  if (script)
    return [
      {
        text: script
          .replaceAll(":'id'", `'${order.orderId}'`)
          .replaceAll(":'email'", `'${order.email}'`),
      },
    ];
  return [...block.matchAll(/["']((insert|select) .*?)["'],/g)].map(([, text = '', verb = '']) => {
    return {
      text: text.split('%s').reduce((done, part, n) => `${done}$${n}${part}`),
      values: [...(parameters[verb] ?? [])],
    };
  });
}
