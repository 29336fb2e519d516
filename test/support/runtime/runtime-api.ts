// The HTTP API by which a function's process gets its invocations and gives its answers: Lambda's side of the protocol, for one
// process.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What the process says. */
export type Word =
  | { readonly is: 'ready' }
  | { readonly is: 'answer'; readonly value: unknown }
  | { readonly is: 'error' | 'init error'; readonly error: FunctionError };

export interface RuntimeApi {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API has it. */
  readonly address: string;
  /** Hands the event out to the process, which has said that it is ready. */
  give(headers: Readonly<Record<string, string>>, event: unknown): void;
  close(): void;
}

export async function startRuntimeApi(hear: (word: Word) => void): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  const server = createServer(async (request, response) => {
    const word = await wordOf(request);
    if (word.is === 'ready') waiting = response;
    else response.writeHead(202).end('{"status":"OK"}');
    hear(word);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    give(headers, event) {
      waiting?.writeHead(200, { 'content-type': 'application/json', ...headers });
      waiting?.end(JSON.stringify(event));
      waiting = undefined;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function wordOf(request: IncomingMessage): Promise<Word> {
  const said = await text(request);
  const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
  if (path === 'invocation/next') return { is: 'ready' };
  const value = JSON.parse(said);
  if (path === 'init/error') return { is: 'init error', error: value };
  if (path.endsWith('/response')) return { is: 'answer', value };
  if (path.endsWith('/error')) return { is: 'error', error: value };
  throw new Error(`The runtime API has no ${path}`);
}
