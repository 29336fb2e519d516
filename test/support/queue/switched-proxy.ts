// Stands between the driver and the endpoint, and lets connections through, closes them, or never answers them.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SwitchedProxy {
  /** The database's URL by way of this proxy. */
  readonly url: string;
  /** What happens to connections that are made from now on. */
  mode: 'pass' | 'close' | 'hang';
  /** Closes those that there are, without a word to whoever holds them frozen. */
  cut(): void;
  /** Connections that were made so far. */
  readonly connections: number;
}

/** It ends with the test, unless another end is given. */
export async function startSwitchedProxy(
  databaseUrl: string,
  atEnd: (stop: () => void) => void = onTestFinished,
): Promise<SwitchedProxy> {
  const { hostname, port } = new URL(databaseUrl);
  const open = new Set<Socket>();
  let connections = 0;
  const proxy = createServer((client) => {
    connections += 1;
    open.add(client);
    client.on('error', () => {}).on('close', () => open.delete(client));
    if (switched.mode === 'close') client.destroy();
    if (switched.mode !== 'pass') return;
    const server = connect(Number(port), hostname);
    client.pipe(server).pipe(client);
    client.on('close', () => server.destroy());
    server.on('error', () => {}).on('close', () => client.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  atEnd(() => {
    proxy.close();
    for (const socket of open) socket.destroy();
  });
  const url = new URL(databaseUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  const switched: SwitchedProxy = {
    url: url.href,
    mode: 'pass',
    cut() {
      for (const socket of open) socket.destroy();
    },
    get connections() {
      return connections;
    },
  };
  return switched;
}
