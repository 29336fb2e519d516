// Starting and stopping the HTTP servers of this folder, which listen on 127.0.0.1 only.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as SocketServer } from 'node:net';

/** Returns the port: the given one, or a free one. Throws a sentence when it is taken. */
export async function listen(server: SocketServer, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause) => {
    throw new Error(`Cannot listen on port ${port}: ${reason(cause)}`, { cause });
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

/** Takes no more requests and waits for those under way; after the limit they are cut. */
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
