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
  /** From now on nothing goes through those that there are, not even that one of both sides has ended. */
  freeze(): void;
  /** Those that the driver keeps open. */
  readonly open: number;
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
    // What it says is read, and that it has gone is noticed.
    if (switched.mode === 'hang') client.resume();
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
    freeze() {
      for (const socket of open) socket.unpipe().pause();
    },
    get open() {
      return open.size;
    },
    get connections() {
      return connections;
    },
  };
  return switched;
}
