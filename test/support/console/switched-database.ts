// Stands between the server and its database, which can be taken away and brought back while somebody looks.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';

export interface SwitchedDatabase {
  /** For openConsole. */
  readonly through: (databaseUrl: string) => Promise<string>;
  /** Cuts every connection, and takes no other. */
  takeAway(): void;
  bringBack(): void;
}

export function switchedDatabase(): SwitchedDatabase {
  const open = new Set<Socket>();
  let isAway = false;
  return {
    async through(databaseUrl) {
      const url = new URL(databaseUrl);
      const [host, port] = [url.hostname, Number(url.port)];
      const proxy = createServer((client) => {
        client.on('error', () => {}).on('close', () => open.delete(client));
        if (isAway) return client.destroy();
        open.add(client);
        const server = connect(port, host);
        client.pipe(server).pipe(client);
        client.on('close', () => server.destroy());
        server.on('error', () => {}).on('close', () => client.destroy());
      });
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      afterAll(() => {
        proxy.close();
        for (const socket of open) socket.destroy();
      });
      url.port = String((proxy.address() as AddressInfo).port);
      return url.href;
    },
    takeAway() {
      isAway = true;
      for (const socket of open) socket.destroy();
    },
    bringBack() {
      isAway = false;
    },
  };
}
