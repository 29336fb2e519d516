// Stands between the driver and the endpoint, and cuts connections in the middle of answers.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CuttingProxy {
  /** The database's URL by way of this proxy. */
  readonly url: string;
  /** Cuts the next connection once so many bytes of an answer have passed. */
  cutAfter(bytes: number): void;
  readonly cuts: number;
}

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(databaseUrl);
  let left: number | undefined;
  let cuts = 0;
  const relay = (client: Socket) => {
    const server = connect(Number(port), hostname);
    client.pipe(server);
    server.on('data', (chunk: Buffer) => {
      if (left === undefined) return client.write(chunk);
      left -= chunk.length;
      if (left > 0) return client.write(chunk);
      client.write(chunk.subarray(0, chunk.length + left), () => client.resetAndDestroy());
      left = undefined;
      cuts += 1;
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
  };
  const proxy = createServer(relay);
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    proxy.close();
  });
  const url = new URL(databaseUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAfter: (bytes) => {
      left = bytes;
    },
    get cuts() {
      return cuts;
    },
  };
}
