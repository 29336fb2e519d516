import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '#local/loopback/loopback-server.ts';
import { exchangeOverHttp } from '#queue/http-exchange.ts';

/** Answers as it is told, and counts the connections that are made to it. */
async function openServer(listener: RequestListener) {
  const sockets = new Set<Socket>();
  const server = createServer(listener);
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${port}/sql`);
  const post = (body = '{}', timeoutMs = 10_000) =>
    exchangeOverHttp(url, { method: 'POST', headers: { 'x-of': 'test' }, body, timeoutMs });
  return { sockets, post };
}

const echo: RequestListener = async (request, response) => {
  const { method, headers } = request;
  const body = await buffer(request);
  response.setHeader('x-said', `${method} ${headers['x-of']} ${headers['content-length']}`);
  response.writeHead(body.length > 0 ? 200 : 418).end(body);
};

afterEach(() => {
  vi.useRealTimers();
});

test('a request and its answer, whatever signs it has and however large it is', async () => {
  const { post } = await openServer(echo);
  const body = 'ü🚀'.repeat(300_000);
  const { status, headers, text } = await post(body);
  expect(text === body).toBe(true);
  expect(status).toBe(200);
  expect(headers['x-said']).toBe('POST test 1800000');
  expect((await post('')).status).toBe(418);
});

test('a connection is kept for the next request, and another one made beside it', async () => {
  const { post, sockets } = await openServer(echo);
  await post();
  await post();
  expect(sockets.size).toBe(1);
  await Promise.all([post(), post()]);
  expect(sockets.size).toBe(2);
});

test('a connection that has rested for long, as in a frozen process, is not used again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { post, sockets } = await openServer(echo);
  await post();
  vi.setSystemTime(Date.now() + 3_900);
  await post();
  expect(sockets.size).toBe(1);
  vi.setSystemTime(Date.now() + 4_100);
  await post();
  expect(sockets.size).toBe(2);
});

test('a kept connection that the other side has closed is replaced', async () => {
  const { post, sockets } = await openServer(echo);
  await post();
  for (const socket of sockets) {
    socket.end();
    // Which it is only after this side has closed it as well.
    await once(socket, 'close');
  }
  expect((await post()).status).toBe(200);
  expect(sockets.size).toBe(2);
});

test('an answer that breaks off is none', async () => {
  const { post } = await openServer((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('[1, 2', () => response.destroy());
  });
  await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test.each([
  ['no answer', () => {}],
  ['an answer that does not end', (_, response) => response.write('[')],
] as [string, RequestListener][])(
  '%s is waited for as long as was said',
  async (_what, listener) => {
    const { post } = await openServer(listener);
    await expect(post('{}', 100)).rejects.toMatchObject({ name: 'TimeoutError' });
  },
);
