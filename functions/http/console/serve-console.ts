// GET /console and below: a static page that calls this very API from the browser, with the key or token of whoever looks. It
// needs no key itself, since it holds nothing of the queue.
import type { Hono } from 'hono';
import { type ApiEnvironment, type ApiRequest, refuse } from '#functions/http/api.ts';
import { methodNotAllowed } from '#functions/http/method-not-allowed.ts';
import type { ConsoleSettings } from '#functions/runtime/console-settings.ts';
import { type ConsoleAsset, consoleFiles } from './console-files.ts';

// Scripts and styles come from here and nowhere else, no markup is ever made of text (trusted types), and nobody frames the page.
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
].join('; ');

const guarded = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Adds its routes to the app: the page for every path that its own router may know, and its assets. */
export function serveConsole(app: Hono<ApiEnvironment>, { folder, ways }: ConsoleSettings): void {
  const mounts = ways.map((way, index) => [way, index === 0 ? '' : `/${way}`]);
  const files = consoleFiles(folder, Object.fromEntries(mounts));
  app.get('/console/assets/:name', async (request) => {
    const asset = (await files()).assets.get(request.req.param('name'));
    if (asset) return answerAsset(request, asset);
    return refuse(request, { kind: 'not-found', detail: 'The console has no such file.' });
  });
  for (const path of ['/console', '/console/*']) {
    app.get(path, async (request) => {
      const { page, etag } = await files();
      // Always asked for again: it names the assets of the version that is deployed now.
      const headers = { ...guarded, etag, 'cache-control': 'no-cache' };
      const isKnown = request.req.header('if-none-match')?.includes(etag);
      return isKnown ? request.body(null, 304, headers) : request.html(page, 200, headers);
    });
    app.all(path, methodNotAllowed(['GET']));
  }
}

async function answerAsset(
  request: ApiRequest,
  { type, compressed }: ConsoleAsset,
): Promise<Response> {
  const headers = {
    ...guarded,
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  };
  if (/\bbr\b/.test(request.req.header('accept-encoding') ?? ''))
    return request.body(compressed, 200, { ...headers, 'content-encoding': 'br' });
  const { brotliDecompressSync } = await import('node:zlib');
  return request.body(brotliDecompressSync(compressed), 200, headers);
}
