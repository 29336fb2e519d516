// Starting and stopping servers of our own. They listen on 127.0.0.1 only, so nobody else in the network reaches them.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as SocketServer } from 'node:net';

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
