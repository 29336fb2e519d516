// What npm start prints when everything runs. No key and no password is in it: a terminal keeps what it shows, and everybody on
// the machine can read command lines.
import { defaultFolder } from './command-line.ts';
import type { LocalServer } from './server.ts';
import { quoted } from './shell-word.ts';
import type { StartOptions } from './start-options.ts';

const order = {
  type: 'order.placed',
  payload: {
    orderId: 'order-1001',
    email: 'reader@example.com',
    items: [{ sku: 'the-dispossessed', quantity: 1, priceCents: 1299 }],
  },
};

/** The lines work as they are when pasted into a shell. */
export function greeting(server: LocalServer, { dataDirectory, everyMs }: StartOptions): string {
  const { url, authorizationFile, psqlLine } = server;
  const data = dataDirectory === defaultFolder ? '' : `--data ${quoted(dataDirectory)} `;
  return `
ready on ${url}

Place an order:
  curl -sS -w '\\n' ${url}/v1/messages -H ${quoted(`@${authorizationFile}`)} -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'

Look into the database:
  npm run sql -- ${data}'select queue, status, count(*) from millrace.delivery_status group by 1, 2'
${psqlLine ? `\nOr with a psql of your own:\n  ${psqlLine}\n` : ''}
A tick every ${everyMs / 1000} s drains the queues. Ctrl-C stops everything.
`;
}
