import { describe, expect, onTestFinished, test } from 'vitest';
import { closeServer, listen, loopbackServer } from '#local/loopback/loopback-server.ts';
import { ask, upgrade } from '#test/support/local/raw-request.ts';

/** A server that would answer 200, or 101 to an upgrade; allows the pages of one origin. */
async function setup({ hasOwnPages = false } = {}) {
  const server = loopbackServer({
    request: (_, response) => response.end('served'),
    upgrade: (_, connection) =>
      connection.end(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      ),
    allowedOrigins: ['http://localhost:5173'],
    hasOwnPages,
  });
  const port = await listen(server);
  onTestFinished(() => closeServer(server, 0));
  return {
    asked: (headers: Record<string, string>) => ask(port, { path: '/', headers }),
    upgraded: (headers: Record<string, string>) =>
      ask(port, { path: '/', headers: { ...headers, ...upgrade } }),
  };
}

describe('answers a Host that is the loopback address, at any port', () => {
  test.for(['127.0.0.1:8787', 'localhost', 'LOCALHOST:1', '[::1]:65535'])('%s', async (host) => {
    const { asked, upgraded } = await setup();
    expect(await asked({ host })).toMatchObject({ status: 200, body: 'served' });
    expect((await upgraded({ host })).status).toBe(101);
  });
});

describe('answers 403 with a sentence to a Host of', () => {
  test.for([
    'rebound.example',
    'rebound.example:8787',
    '127.0.0.1.rebound.example',
    'localhost.rebound.example:8787',
    'rebound.localhost',
    'me@localhost',
    'localhost:80:80',
    '0.0.0.0:8787',
  ])('"%s"', async (host) => {
    const { asked, upgraded } = await setup();
    for (const { status, headers, body } of [await asked({ host }), await upgraded({ host })]) {
      expect(status).toBe(403);
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body).message).toContain('for programs on this machine');
    }
  });
});

const host = 'localhost';

test('answers pages of the allowed origin', async () => {
  const { asked, upgraded } = await setup();
  const origin = 'http://localhost:5173';
  expect((await asked({ host, origin })).status).toBe(200);
  expect((await upgraded({ host, origin })).status).toBe(101);
});

describe('answers 403 with a sentence to an Origin of', () => {
  test.for([
    'https://attacker.example',
    'http://localhost',
    'http://localhost:5174',
    'https://localhost:5173',
    'http://localhost:5173, https://attacker.example',
    'http://LOCALHOST:5173',
    'null',
    '',
  ])('"%s"', async (origin) => {
    const { asked, upgraded } = await setup();
    for (const { status, headers, body } of [
      await asked({ host, origin }),
      await upgraded({ host, origin }),
    ]) {
      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(JSON.parse(body).message).toContain('Web pages of this origin may not call');
    }
  });
});

describe('with pages of its own', () => {
  test.for([
    ['127.0.0.1:8787', 'http://127.0.0.1:8787', 200],
    ['LOCALHOST:8787', 'http://localhost:8787', 200],
    ['localhost:8787', 'http://127.0.0.1:8787', 403],
    ['127.0.0.1:8787', 'http://127.0.0.1:8788', 403],
    ['127.0.0.1:8787', 'http://127.0.0.1', 403],
    ['127.0.0.1:8787', 'https://127.0.0.1:8787', 403],
    ['127.0.0.1:8787', 'null', 403],
    ['rebound.example:8787', 'http://rebound.example:8787', 403],
  ] as const)('at %s it answers pages of %s by %d', async ([host, origin, status]) => {
    const { asked } = await setup({ hasOwnPages: true });
    expect((await asked({ host, origin })).status).toBe(status);
  });

  test('no other server answers them', async () => {
    const { asked } = await setup();
    expect((await asked({ host, origin: `http://${host}` })).status).toBe(403);
  });
});
