import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ApiGateway, type HttpHandler, startApiGateway } from '#local/gateway/api-gateway.ts';
import type { CorsConfiguration } from '#local/gateway/cors.ts';

const open: ApiGateway[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.stop()));
});

/** Serves the handler, sends one request and gives the answer with what the handler saw. */
async function exchange(
  handler: HttpHandler,
  { path = '/', timeoutSeconds = 30, cors, ...init }: RequestInit & Exchange = {},
) {
  const seen: { event: APIGatewayProxyEventV2; context: Context }[] = [];
  const gateway = await startApiGateway({
    timeoutSeconds,
    cors,
    handler: (event, context) => {
      seen.push({ event, context });
      return handler(event, context);
    },
  });
  open.push(gateway);
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, init);
  return { response, ...seen[0] };
}

interface Exchange {
  path?: string;
  timeoutSeconds?: number;
  cors?: CorsConfiguration;
}

const ok: HttpHandler = async () => ({ statusCode: 200 });

describe('the event', () => {
  test('has method, path and query of the request', async () => {
    const path = '/v1/messages/a%20b?tag=x&tag=y%26z&empty=';
    const { event } = await exchange(ok, { path, method: 'DELETE' });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/messages/a%20b',
      rawQueryString: 'tag=x&tag=y%26z&empty=',
      queryStringParameters: { tag: 'x,y&z', empty: '' },
      requestContext: { http: { method: 'DELETE', path: '/v1/messages/a%20b' } },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
  });

  test('has headers in lower case, and cookies apart', async () => {
    const headers = new Headers({ 'X-One': '1', Cookie: 'a=1; b=2', 'User-Agent': 'test/1' });
    headers.append('X-Two', 'a');
    headers.append('X-Two', 'b');
    const { event } = await exchange(ok, { headers });
    expect(event?.headers).toMatchObject({ 'x-one': '1', 'x-two': 'a, b' });
    expect(event?.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).toMatchObject({
      cookies: ['a=1', 'b=2'],
      requestContext: {
        http: { sourceIp: '127.0.0.1', userAgent: 'test/1' },
        requestId: expect.any(String),
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
    });
  });

  test('carries JSON as text and other bytes in base64', async () => {
    const text = await exchange(ok, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"city":"Zürich"}',
    });
    expect(text.event).toMatchObject({ body: '{"city":"Zürich"}', isBase64Encoded: false });
    const bytes = await exchange(ok, { method: 'POST', body: Buffer.from([0, 255]) });
    expect(bytes.event).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  });

  test('comes with a clock that runs down', async () => {
    const { context } = await exchange(ok, { timeoutSeconds: 20 });
    const first = context?.getRemainingTimeInMillis() ?? 0;
    expect(first).toBeGreaterThan(15_000);
    expect(first).toBeLessThanOrEqual(20_000);
    await expect.poll(() => context?.getRemainingTimeInMillis()).toBeLessThan(first);
  });
});

describe('the response', () => {
  test('has status, headers, cookies and body of the result', async () => {
    const { response } = await exchange(async () => ({
      statusCode: 202,
      headers: { Location: '/v1/messages/1', 'Retry-After': 5 },
      cookies: ['a=1', 'b=2'],
      body: 'accepted',
    }));
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe('/v1/messages/1');
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('accepted');
  });

  test('decodes a body in base64', async () => {
    const { response } = await exchange(async () => ({
      statusCode: 200,
      body: 'AP8=',
      isBase64Encoded: true,
    }));
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 255]));
  });

  test('is 200 with the result as JSON when that has no status', async () => {
    const { response } = await exchange(async () => '{"plain":true}');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ plain: true });
  });
});

describe('a web page of an allowed origin', () => {
  const origin = 'http://localhost:5173';
  const cors: CorsConfiguration = {
    allowOrigins: ['https://shop.example', origin],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['location', 'retry-after'],
    maxAgeSeconds: 3600,
  };
  const corsHeaders = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  test('gets its preflight request answered on any path, and the handler is not called', async () => {
    const { response, event } = await exchange(ok, {
      cors,
      path: '/v1/messages',
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-expose-headers': 'location,retry-after',
      'access-control-max-age': '3600',
    });
    expect(event).toBeUndefined();
  });

  test.for([
    [async () => ({ statusCode: 202 }), 202],
    [async () => ({ statusCode: 422 }), 422],
    [() => new Promise<never>(() => {}), 503],
  ] as const)('may read the answer, whatever it is (%#)', async ([handler, status]) => {
    const { response, event } = await exchange(handler, {
      cors,
      timeoutSeconds: 0.05,
      headers: { origin },
    });
    expect(response.status).toBe(status);
    expect(event?.headers).toMatchObject({ origin });
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'location,retry-after',
    });
  });

  test('leaves the answers of other callers as they are', async () => {
    const { response } = await exchange(ok, { cors });
    expect(corsHeaders(response)).toEqual({});
    const options = await exchange(ok, { cors, method: 'OPTIONS' });
    expect(options.event).toBeDefined();
  });

  test('is alone in that: other origins are refused, in preflight requests as in others', async () => {
    for (const init of [
      { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } },
      { method: 'POST', headers: {} },
    ]) {
      const headers = { ...init.headers, origin: 'http://localhost:5174' };
      const { response, event } = await exchange(ok, { ...init, cors, headers });
      expect(response.status).toBe(403);
      expect(corsHeaders(response)).toEqual({});
      expect(event).toBeUndefined();
    }
  });
});

describe('a failure', () => {
  test('of the handler is a 500 that tells nothing', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { response } = await exchange(async () => {
      throw new Error('secret');
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    expect(complain).toHaveBeenCalledOnce();
    complain.mockRestore();
  });

  test('to answer in time is a 503', async () => {
    const { response } = await exchange(() => new Promise(() => {}), { timeoutSeconds: 0.05 });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  test('to be short enough is a 413, and the handler is not called', async () => {
    const body = 'x'.repeat(6 * 1024 * 1024 + 1);
    const { response, event } = await exchange(ok, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
    expect(event).toBeUndefined();
  });

  test('to get the port says so', async () => {
    const first = await startApiGateway({ handler: ok });
    open.push(first);
    await expect(startApiGateway({ handler: ok, port: first.port })).rejects.toThrow(
      `Cannot listen on port ${first.port}: another program uses it`,
    );
  });
});
