// What the command start prints when everything runs. No key and no password is in it: a terminal keeps what it shows, and everybody on
// the machine can read command lines.
import { commandLine, defaultFolder } from './command-line.ts';
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
export function greeting(server: LocalServer, options: StartOptions): string {
  const { dataDirectory } = options;
  const { url, authorizationFile, psqlLine } = server;
  const data = dataDirectory === defaultFolder ? '' : `--data ${quoted(dataDirectory)} `;
  return `
ready on ${url}

Place an order:
  curl -sS -w '\\n' ${url}/v1/messages -H ${quoted(`@${authorizationFile}`)} -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'

Look into the database:
  ${commandLine('sql')} ${data}'select queue, status, count(*) from millrace.delivery_status group by 1, 2'
${psqlLine ? `\nOr with a psql of your own:\n  ${psqlLine}\n` : ''}
${drains(options).join(' ')} Ctrl-C stops everything.
`;
}

/** What brings the consumer to the queues. */
function drains({ everyMs, modes: { sleep, eager, handOver } }: StartOptions): string[] {
  const sentences = [
    sleep
      ? `The consumer sleeps until a wake-up is due; a tick every ${everyMs / 3_600_000} h looks after what has armed none.`
      : `A tick every ${everyMs / 1000} s drains the queues.`,
  ];
  if (eager) sentences.push('An enqueue over HTTP wakes the consumer at once.');
  if (handOver) sentences.push(`A backlog is shared with up to ${handOver} further invocations.`);
  return sentences;
}
