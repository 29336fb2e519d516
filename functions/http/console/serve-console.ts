// GET /console and below: a static page that calls this very API from the browser, with the key or token of whoever looks. It
// needs no key itself, since it holds nothing of the queue. Its policy is in bundling/console-headers.ts.
import type { Hono } from 'hono';
import { type ApiEnvironment, refuse } from '#functions/http/api.ts';
import { methodNotAllowed } from '#functions/http/method-not-allowed.ts';
import type { ConsoleSettings } from '#functions/runtime/console-settings.ts';
import { consoleFiles } from './console-files.ts';

/** Adds its routes to the app: the page for every path that its own router may know, and its assets. */
export function serveConsole(app: Hono<ApiEnvironment>, { folder, ways }: ConsoleSettings): void {
  const mounts = ways.map((way, index) => [way, index === 0 ? '' : `/${way}`]);
  const files = consoleFiles(folder, Object.fromEntries(mounts));
  app.get('/console/assets/:name', async (request) => {
    const asset = (await files()).assets.get(request.req.param('name'));
    if (!asset) return refuse(request, { kind: 'not-found', detail: 'There is no such file.' });
    const { headers, compressed } = asset;
    if (/\bbr\b/.test(request.req.header('accept-encoding') ?? ''))
      return request.body(compressed, 200, { ...headers, 'content-encoding': 'br' });
    const { brotliDecompressSync } = await import('node:zlib');
    return request.body(brotliDecompressSync(compressed), 200, headers);
  });
  for (const path of ['/console', '/console/*']) {
    app.get(path, async (request) => {
      const { page, headers } = await files();
      const isKnown = request.req.header('if-none-match')?.includes(headers.etag);
      return isKnown ? request.body(null, 304, headers) : request.body(page, 200, headers);
    });
    app.all(path, methodNotAllowed(['GET']));
  }
}
