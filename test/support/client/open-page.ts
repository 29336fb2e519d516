// Pages of a shop's own origin, in a real Chromium, which call an `npm start` that lets them.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { browser } from '#test/support/console/chromium.ts';
import { type RunningStart, runningStart } from '#test/support/docs/running-start.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';

/** As the example has it, in place of the port of a test. */
const writtenApi = 'http://127.0.0.1:8787';

export interface Shop {
  readonly url: string;
  /** Of its pages. */
  readonly origin: string;
  /** May do everything. */
  readonly key: string;
  stop(): Promise<void>;
  /** On the same data, after it was stopped. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  const data = newFolder();
  const [port, pagePort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${pagePort}`;
  const { DATABASE_URL: _, ...environment } = process.env;
  const flags = ['--port', String(port), '--data', data, '--allow-origin', origin];
  const start = () => runningStart({ folder: projectRoot, flags, environment });
  let running: RunningStart = await start();
  return {
    ...{ url: `http://127.0.0.1:${port}`, origin },
    key: (await readFile(join(data, 'api-key'), 'utf8')).trim(),
    stop: () => running.stop(),
    start: async () => {
      running = await start();
    },
    close: async () => {
      await running.stop();
      await removeFolder(data);
    },
  };
}

/** A page of this script at the shop's origin, from a server of its own: Chromium trusts no page whose address it does not know. */
export async function openPage({ url, origin }: Shop, contents: string): Promise<OpenPage> {
  const script = await bundled(contents);
  const html = await readFile(join(projectRoot, 'examples/shop/index.html'), 'utf8');
  const server = createServer(({ url: path }, response) => {
    if (path === '/') response.setHeader('content-type', 'text/html').end(html);
    else if (path === '/shop.js')
      response.setHeader('content-type', 'text/javascript').end(script.replaceAll(writtenApi, url));
    else response.setHeader('content-type', 'text/css').end();
  });
  await once(server.listen(Number(new URL(origin).port), '127.0.0.1'), 'listening');
  const context = await (await browser()).newContext();
  onTestFinished(async () => {
    await context.close();
    server.closeAllConnections();
    server.close();
  });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  return { page, context };
}

interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
}

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(projectRoot, 'examples/shop'), loader: 'tsx' },
    ...{ bundle: true, format: 'esm', platform: 'browser', write: false, outdir: 'unused' },
    tsconfig: join(projectRoot, 'examples/shop/tsconfig.json'),
    define: { 'process.env.NODE_ENV': '"production"' },
    // The package says that its files do nothing when they are imported, and the example's page does.
    ignoreAnnotations: true,
  });
  return outputFiles[0]?.text ?? '';
}
