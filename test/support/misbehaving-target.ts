// A real server that answers webhooks as a test says, down to the bytes of its connection.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Answering = (
  response: ServerResponse,
  received: Received,
  request: IncomingMessage,
) => void;

export interface MisbehavingTarget {
  /** Such as http://127.0.0.1:4000. */
  readonly origin: string;
  readonly received: readonly Received[];
  /** How the next requests are answered. */
  answer: Answering;
  /** How many connections are open. */
  connections(): Promise<number>;
}

export async function openTarget(answer: Answering): Promise<MisbehavingTarget> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const one = {
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(one);
    target.answer(response, one, request);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const target: MisbehavingTarget = {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
  return target;
}
