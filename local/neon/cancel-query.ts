// Postgres takes a cancel on a connection of its own: 16 bytes with the key that it gave at connect.
import { connect } from 'node:net';
import type { PoolClient } from 'pg';

const cancelRequestCode = 80877102;

/** Asks Postgres to end what the connection is running; it may have finished already. */
export function cancelQuery(client: PoolClient): void {
  // pg keeps the key on the client and does not declare it in its types.
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt32BE(cancelRequestCode, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  const socket = connect(client.port, client.host);
  // When the server cannot be reached, no query runs there that would have to be cancelled.
  socket.on('error', () => {});
  socket.end(packet);
}
