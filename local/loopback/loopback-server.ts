// Every server of npm start is made here. They listen on 127.0.0.1 only, so nobody else in the network reaches them, and
// answer nothing that foreign-request.ts refuses, so no web page does.
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  STATUS_CODES,
} from 'node:http';
import type { Server as SocketServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { foreignRequest, type LoopbackGuests } from './foreign-request.ts';
import type { RefusedRequest } from './refused-request.ts';

export interface LoopbackAnswers extends LoopbackGuests {
  readonly request: RequestListener;
  /** Takes over the connection, as for a WebSocket. Without it, a request to do so is answered like any other. */
  readonly upgrade?: (request: IncomingMessage, connection: Duplex, head: Buffer) => void;
}

/** Answers 403 with a sentence to whoever may not call. */
export function loopbackServer(answers: LoopbackAnswers): Server {
  const { request: answer, upgrade } = answers;
  const server = createServer((request, response) => {
    const refused = foreignRequest(request, answers);
    if (!refused) return answer(request, response);
    response.writeHead(refused.status, json).end(bodyOf(refused));
  });
  if (upgrade)
    server.on('upgrade', (request, connection, head) => {
      const refused = foreignRequest(request, answers);
      if (!refused) return upgrade(request, connection, head);
      refuseUpgrade(refused, connection);
    });
  return server;
}

const json = { 'content-type': 'application/json' };

const bodyOf = ({ message }: RefusedRequest) => JSON.stringify({ message });

// Node has handed the bare connection over: nobody else answers on it, or listens to its errors.
function refuseUpgrade(refused: RefusedRequest, connection: Duplex): void {
  const body = bodyOf(refused);
  const head = [
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  connection.on('error', () => {});
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Returns the port: the given one, or any free one for 0. Throws an Error that says so when the port is taken. */
export async function listen(server: SocketServer, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause) => {
    throw new Error(`Cannot listen on port ${port}: ${reason(cause)}`, { cause });
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** Takes no more requests and waits for those under way; those that are not over within limitMs are cut. */
export async function closeServer(server: Server, limitMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const cut = setTimeout(() => server.closeAllConnections(), limitMs);
  await closed;
  clearTimeout(cut);
}

function reason(cause: NodeJS.ErrnoException): string {
  return cause.code === 'EADDRINUSE' ? 'another program uses it' : cause.message;
}
