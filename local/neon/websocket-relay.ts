// Neon's WebSocket: the Postgres protocol, byte for byte, in binary frames.
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { PostgresAddress } from './connection-pools.ts';

export interface WebSocketRelay {
  /** Makes the connection a WebSocket to Postgres if its path is /v2, and ends it otherwise. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** Cuts every connection. */
  close(): void;
}

/** Connects each WebSocket to Postgres, whatever address it asks for. */
export function webSocketRelay(address: PostgresAddress): WebSocketRelay {
  const sockets = new WebSocketServer({ noServer: true, path: '/v2', perMessageDeflate: false });
  return {
    accept: (request, connection, head) =>
      sockets.handleUpgrade(request, connection, head, (socket) => relay(socket, address)),
    close() {
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

// Above this many unsent bytes Postgres is made to wait for a slow client.
const highWaterBytes = 1024 * 1024;

/** How long a client has to answer that the connection is closed. */
const goodbyeMs = 1_000;

function relay(socket: WebSocket, { host, port }: PostgresAddress): void {
  const postgres = connect({ host, port, noDelay: true });
  socket.on('message', (data: RawData) => {
    if (Buffer.isBuffer(data) && !postgres.write(data)) socket.pause();
  });
  postgres.on('drain', () => socket.resume());
  postgres.on('data', (chunk: Buffer) => {
    socket.send(chunk, () => postgres.resume());
    if (socket.bufferedAmount > highWaterBytes) postgres.pause();
  });
  socket.on('close', () => postgres.destroy());
  postgres.on('close', () => {
    socket.close();
    // A client that is paused or gone never answers that the connection is closed.
    setTimeout(() => socket.terminate(), goodbyeMs).unref();
  });
  // When one end breaks off, its close event follows its error and ends the other one. Here only the process is kept
  // from ending because of the error.
  socket.on('error', () => {});
  postgres.on('error', () => {});
}
