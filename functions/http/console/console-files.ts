// The console's files, which bundling/bundle-console.ts has laid beside this function, with the headers of each. They are read at the
// first request for one of them and kept: a container that nobody asks for the console pays nothing for it, not even at its cold start.
import { createHash } from 'node:crypto';

type Headers = Readonly<Record<string, string>>;

/** What was made at the build: the headers of the page, and those of each file, which is kept as brotli made it. */
interface Made {
  readonly page: Headers;
  readonly assets: Readonly<Record<string, Headers>>;
}

export interface ConsoleFiles {
  /** By name, such as `main-3F2A.js`. Whatever is asked for is looked up here, and no path is ever made of it. */
  readonly assets: ReadonlyMap<
    string,
    { readonly headers: Headers; readonly compressed: Buffer<ArrayBuffer> }
  >;
  readonly page: string;
  /** Of the page; one of them its ETag. */
  readonly headers: Headers & { readonly etag: string };
}

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
  const { readFile } = await import('node:fs/promises');
  const textOf = (name: string) => readFile(`${folder}/${name}`, 'utf8');
  const made: Made = JSON.parse(await textOf('headers.json'));
  const assets = new Map();
  for (const [name, headers] of Object.entries(made.assets))
    assets.set(name, { headers, compressed: await readFile(`${folder}/${name}.br`) });
  const attribute = JSON.stringify(ways).replaceAll('"', '&quot;');
  const page = (await textOf('index.html')).replace('%WAYS%', attribute);
  const etag = `"${createHash('sha256').update(page).digest('base64url')}"`;
  return { assets, page, headers: { ...made.page, etag } };
}
