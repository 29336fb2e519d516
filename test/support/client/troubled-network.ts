// A network between the client and the API that goes wrong by a seeded random: it drops calls and answers, delays, repeats and
// cuts them short, and answers as overloaded gateways do. Whatever it does, it does to whole requests, one after another.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { seededRandom } from '#test/support/chaos/seeded-random.ts';

const troubles = [
  'none',
  'lost on its way',
  'answer lost',
  'answer cut',
  'late',
  'twice',
  'refused by the gateway',
] as const;
type Trouble = (typeof troubles)[number];

export interface TroubledNetwork {
  readonly url: string;
  /** How often each trouble has come. */
  readonly counts: Readonly<Record<Trouble, number>>;
}

/** Somewhat less than half of the calls meet with trouble. It ends with the test. */
export async function openTroubledNetwork(apiUrl: string, seed: number): Promise<TroubledNetwork> {
  const random = seededRandom(seed);
  const counts = Object.fromEntries(troubles.map((name) => [name, 0])) as Record<Trouble, number>;
  const server = createServer(async (request, response) => {
    const trouble = troubles[random.below(2 * troubles.length)] ?? 'none';
    counts[trouble] += 1;
    const call = await received(apiUrl, request);
    await inTrouble(trouble, { call, response, lateMs: random.below(50) });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counts };
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Reads a request, and gives the call that passes it on. */
async function received(apiUrl: string, request: IncomingMessage): Promise<() => Promise<Answer>> {
  const body = await buffer(request);
  const names = ['authorization', 'content-type', 'idempotency-key', 'status-token'];
  const headers = new Headers();
  for (const name of names)
    if (request.headers[name]) headers.set(name, String(request.headers[name]));
  const init = { method: request.method ?? 'GET', headers, ...(body.length > 0 && { body }) };
  return async () => {
    const answer = await fetch(apiUrl + request.url, init);
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  };
}

interface Exchange {
  readonly call: () => Promise<Answer>;
  readonly response: ServerResponse;
  readonly lateMs: number;
}

async function inTrouble(trouble: Trouble, { call, response, lateMs }: Exchange): Promise<void> {
  if (trouble === 'lost on its way') return void response.destroy();
  if (trouble === 'refused by the gateway') {
    const status = [429, 502, 503, 504][lateMs % 4] ?? 503;
    return void response.writeHead(status, { 'retry-after': '0' }).end('Please wait');
  }
  if (trouble === 'late') await new Promise((resolve) => setTimeout(resolve, lateMs));
  if (trouble === 'twice') await call();
  const { status, body } = await call();
  if (trouble === 'answer lost') return void response.destroy();
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
  });
  if (trouble !== 'answer cut') return void response.end(body);
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}
