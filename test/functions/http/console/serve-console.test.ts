// The console as the http function serves it: from files beside it, to anybody, under a strict policy.
import { readdir } from 'node:fs/promises';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleConsole } from '#bundling/bundle-console.ts';
import { createApp } from '#functions/http/app.ts';
import { gatewayHandler } from '#functions/http/gateway-adapter.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { rules } from '#test/support/functions/api.ts';
import { type Call, gatewayEvent } from '#test/support/functions/gateway-event.ts';
import { testRegistry } from '#test/support/functions/message-types.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

const folder = newFolder();
bundleConsole(folder);
afterAll(() => removeFolder(folder));

/** Its database refuses everything, since none is to be asked. */
function open(ways: readonly string[] = ['keys'], at = folder) {
  const refuse = () => Promise.reject(new Error('the database was asked'));
  const handler = gatewayHandler(
    createApp({
      databases: [{ query: refuse }],
      registry: testRegistry,
      log: recordingLog(),
      allowedOrigins: [],
      callerRules: rules(),
      statusTokenKey: refuse,
      console: { folder: at, ways },
    }),
  );
  return async (call: Call) => {
    const { statusCode, headers, body = '', isBase64Encoded } = await handler(gatewayEvent(call));
    return {
      status: statusCode,
      headers: new Headers(headers as Record<string, string>),
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
      isBase64Encoded,
    };
  };
}

const get = open();
const main = (await readdir(folder)).find((name) => name.startsWith('main-'))?.slice(0, -3) ?? '';

describe('the page', () => {
  test.each(['/console', '/console/', '/console/queues/payments', '/console/no/such/page'])(
    'is there at %s, for the router in it',
    async (path) => {
      const { status, headers, body } = await get({ path });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=UTF-8');
      expect(body.toString()).toContain(`src="/console/assets/${main}"`);
    },
  );

  test('lets in scripts and styles of its own host, and nothing else', async () => {
    const { headers, body } = await get({ path: '/console' });
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(body.toString()).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
    expect(body.toString().match(/(?:src|href)="(?!\/console\/assets\/|data:)[^"]*/g)).toBeNull();
  });

  test('is asked for again each time, and not sent again while it is the same', async () => {
    const { headers } = await get({ path: '/console' });
    expect(headers.get('cache-control')).toBe('no-cache');
    const etag = headers.get('etag') ?? '';
    const again = await get({
      path: '/console/messages',
      headers: { 'if-none-match': `W/"x", ${etag}` },
    });
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
    expect((await get({ path: '/console', headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('knows where each way to call has the API', async () => {
    const written = async (ways: readonly string[]) =>
      /name="millrace-ways" content="([^"]*)"/
        .exec((await open(ways)({ path: '/console' })).body.toString())?.[1]
        ?.replaceAll('&quot;', '"');
    expect(await written(['keys'])).toBe('{"keys":""}');
    expect(await written(['jwt', 'keys', 'iam'])).toBe('{"jwt":"","keys":"/keys","iam":"/iam"}');
  });
});

describe('an asset', () => {
  const path = `/console/assets/${main}`;

  test('is compressed for who takes that, and kept for ever', async () => {
    const { status, headers, body, isBase64Encoded } = await get({
      path,
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    });
    expect({ status, isBase64Encoded }).toEqual({ status: 200, isBase64Encoded: true });
    expect(headers.get('content-encoding')).toBe('br');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('vary')).toBe('accept-encoding');
    const plain = await get({ path });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.body.toString()).toBe(brotliDecompressSync(body).toString());
  });

  test('has its headers alone for HEAD', async () => {
    const { status, headers, body } = await get({ path, method: 'HEAD' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(body.length).toBe(0);
  });

  test.each([
    'no-such.js',
    main.replace('main', 'other'),
    `${main}.br`,
    'index.html',
    '../index.mjs',
    '..%2findex.mjs',
    '%2e%2e%2f%2e%2e%2findex.mjs',
    '..%5cindex.mjs',
    '/etc/passwd',
    'a/b.js',
    '%00',
    '%',
    'constructor',
  ])('that is none is not found, or the page: %s', async (name) => {
    const { status, headers, body } = await get({ path: `/console/assets/${name}` });
    expect([200, 400, 404]).toContain(status);
    if (status === 200) expect(body.toString()).toContain('<!doctype html>');
    else expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

test.each(['POST', 'PUT', 'DELETE'])('%s is no method of it', async (method) => {
  for (const path of ['/console', '/console/messages', `/console/assets/${main}`]) {
    const { status, headers } = await get({ method, path });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
  }
});

test('without its files it is a failure once, and there as soon as they are', async () => {
  const late = newFolder();
  const getLate = open(['keys'], late);
  expect((await getLate({ path: '/console' })).status).toBe(500);
  bundleConsole(late);
  expect((await getLate({ path: '/console' })).status).toBe(200);
  await removeFolder(late);
});
