// The bad network for Postgres's own protocol: passes statements on to the server and loses answers.
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type LossyEndpoint, listen } from './lossy-server.ts';

/** The type of a message, and its length, which counts itself. */
const headerBytes = 5;

export async function startLossyRelay(databaseUrl: string): Promise<LossyEndpoint> {
  const target = new URL(databaseUrl);
  const counts = { calls: 0, toLose: 0 };
  const open = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(one);
      one.on('error', () => {}).on('close', () => other.destroy());
    }
    let asked = 0;
    client.on('data', (chunk) => server.write(chunk));
    // A statement ends with Sync. The start of a connection has no type, and is left out.
    client.once('data', () =>
      readTypes(client, (type) => {
        if (type === 'S') {
          counts.calls += 1;
          asked += 1;
        }
      }),
    );
    let answered = '';
    readTypes(server, (type) => {
      answered = type;
    });
    server.on('data', (chunk) => {
      // ReadyForQuery: what was asked is done, and committed.
      if (answered === 'Z' && asked > 0) {
        asked = 0;
        if (counts.toLose > 0) {
          counts.toLose -= 1;
          client.destroy();
          return;
        }
      }
      client.write(chunk);
    });
  });
  onTestFinished(() => {
    relay.close();
    for (const socket of open) socket.destroy();
  });
  return listen(relay, databaseUrl, counts);
}

/** Tells the type of each message that is whole. */
function readTypes(socket: Socket, tell: (type: string) => void): void {
  let unread = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= headerBytes) {
      const length = 1 + unread.readInt32BE(1);
      if (unread.length < length) return;
      tell(String.fromCharCode(unread[0] ?? 0));
      unread = unread.subarray(length);
    }
  });
}
