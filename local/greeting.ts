// What the command start prints when everything runs. No key and no password is in it: a terminal keeps what it shows, and everybody on
// the machine can read command lines.
import { join } from 'node:path';
import { commandLine, defaultFolder } from './command-line.ts';
import type { LocalServer } from './server.ts';
import { quoted } from './shell-word.ts';
import type { StartOptions } from './start-options.ts';

/** The lines work as they are when pasted into a shell, but for a payload that only the application's author can know. */
export function greeting(server: LocalServer, options: StartOptions): string {
  const { dataDirectory } = options;
  const { url, psqlLine, databases } = server;
  const data = dataDirectory === defaultFolder ? '' : `--data ${quoted(dataDirectory)} `;
  return `
ready on ${url}

Look at it, and sign in with the key in the file ${join(dataDirectory, 'api-key')}:
  ${url}/console

${sending(server)}

Look into the database${databases > 1 ? ` with --database 0 to ${databases - 1}` : ''}:
  ${commandLine('sql')} ${data}'select queue, status, count(*) from millrace.delivery_status group by 1, 2'
${psqlLine ? `\nOr with a psql of your own:\n  ${psqlLine}\n` : ''}
${[...drains(options), ...carried(server), ...spread(server)].join(' ')} Ctrl-C stops everything.
`;
}

function sending({ url, authorizationFile, example }: LocalServer): string {
  if (!example)
    return 'Your registry declares no message type yet: give it a queue that subscribes to one.';
  const heading =
    'payload' in example ? 'Send a message:' : 'Send a message, with a payload of yours for the …:';
  const body = JSON.stringify('payload' in example ? example : { ...example, payload: '…' });
  return `${heading}
  curl -sS -w '\\n' ${url}/v1/messages -H ${quoted(`@${authorizationFile}`)} -H 'Content-Type: application/json' -d ${quoted(body.replace('"…"', '…'))}`;
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

/** What takes the queues' messages on from there. */
const carried = ({ onSqs }: LocalServer): string[] =>
  onSqs.length === 0 ? [] : [`On SQS, which runs here as well: ${onSqs.join(', ')}.`];

const spread = ({ databases }: LocalServer): string[] =>
  databases === 1 ? [] : [`Messages are spread over ${databases} databases.`];
