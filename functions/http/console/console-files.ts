// The console's files, which bundling/bundle-console.ts has laid beside this function. They are read at the first request for one
// of them and kept: a container that nobody asks for the console pays nothing for it, not even at its cold start.
import { createHash } from 'node:crypto';

/** A file that never changes under its name, kept as brotli made it at the build. */
export interface ConsoleAsset {
  readonly type: string;
  readonly compressed: Buffer<ArrayBuffer>;
}

export interface ConsoleFiles {
  /** By name, such as `main-3F2A.js`. Whatever is asked for is looked up here, and no path is ever made of it. */
  readonly assets: ReadonlyMap<string, ConsoleAsset>;
  readonly page: string;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** ways: where each way to call has the API, for the page to know it without a request. A read that fails is tried again. */
export function consoleFiles(folder: string, ways: object): () => Promise<ConsoleFiles> {
  let reading: Promise<ConsoleFiles> | undefined;
  return () => {
    reading ??= read(folder, ways).catch((error) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}

async function read(folder: string, ways: object): Promise<ConsoleFiles> {
  const { readdir, readFile } = await import('node:fs/promises');
  const assets = new Map<string, ConsoleAsset>();
  for (const name of await readdir(folder)) {
    const [, asset, kind = ''] = /^(.+\.(\w+))\.br$/.exec(name) ?? [];
    const type = types[kind];
    if (asset && type) assets.set(asset, { type, compressed: await readFile(`${folder}/${name}`) });
  }
  const attribute = JSON.stringify(ways).replaceAll('"', '&quot;');
  const written = await readFile(`${folder}/index.html`, 'utf8');
  const page = written.replace('%WAYS%', attribute);
  return { assets, page, etag: `"${createHash('sha256').update(page).digest('base64url')}"` };
}
