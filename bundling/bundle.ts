// esbuild, as it makes one file of what an application and this package are written in.
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type BuildOptions,
  buildSync,
  formatMessagesSync,
  type Message,
  type Metafile,
} from 'esbuild';
import type { Application } from './application.ts';

/** What esbuild is told beside our own options, for what an application imports: see esbuild's documentation. */
export type BundlingOptions = Pick<
  BuildOptions,
  'alias' | 'conditions' | 'define' | 'external' | 'loader' | 'tsconfig'
>;

const ownOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  // What is imported when it is first needed gets a file of its own, which a cold start does not read.
  splitting: true,
  sourcemap: true,
  // A stack trace needs the names of files and lines only. The sources in the map would make upload and cold start larger.
  sourcesContent: false,
  // Some packages publish a CommonJS file as "main", which an ESM bundle could not load.
  mainFields: ['module', 'main'],
  // Licenses go into a file of their own beside the bundle.
  legalComments: 'external',
  // Errors are thrown, and whoever catches them prints them: once.
  logLevel: 'silent',
} as const satisfies BuildOptions;

// What CommonJS packages call for the modules of Node, and what an ES module does not have. esbuild does not read it, and
// may give any short name to something of the application's.
const require = `import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);`;

interface Bundle {
  readonly name: string;
  readonly application: Application;
  readonly folder: string;
  readonly options?: BundlingOptions;
}

/**
 * Writes `index.mjs` into the folder, which is the entry and all that it imports, and beside it what it imports only when that is
 * needed. Prints esbuild's warnings. Throws an error with a line for each of esbuild's errors, and a sentence when the
 * application's file exports no registry.
 */
export function bundle(entry: string, { name, application, folder, options }: Bundle): Metafile {
  const build = (banner = '') =>
    buildSync({
      ...ownOptions,
      ...options,
      metafile: true,
      outdir: folder,
      entryNames: 'index',
      chunkNames: '[name]-[hash]',
      outExtension: { '.js': '.mjs' },
      banner: { js: banner },
      stdin: {
        contents: entry,
        resolveDir: dirname(application.registry),
        sourcefile: `${name}-entry.js`,
      },
    });
  try {
    const { metafile, warnings } = build();
    print(warnings);
    const built = callsRequire(metafile) ? build(require).metafile : metafile;
    // Another banner gives other names to what is imported later, and those of before are there still.
    removeUnused({ ...metafile.outputs, ...built.outputs }, folder);
    return built;
  } catch (error) {
    throw lacksRegistry(error) ? noRegistry(application, error) : error;
  }
}

/** What only functions import that were left out: esbuild writes such files all the same. */
function removeUnused(outputs: Metafile['outputs'], folder: string): void {
  const used = new Set<string>();
  const use = (path: string): void => {
    if (used.has(path)) return;
    used.add(path);
    for (const { path: imported } of outputs[path]?.imports ?? []) use(imported);
  };
  const scripts = Object.keys(outputs).filter((path) => path.endsWith('.mjs'));
  for (const path of scripts) if (basename(path) === 'index.mjs') use(path);
  for (const path of scripts)
    if (!used.has(path))
      for (const end of ['', '.map', '.LEGAL.txt'])
        rmSync(join(folder, `${basename(path)}${end}`), { force: true });
}

function print(warnings: readonly Message[]): void {
  const color = process.stderr.isTTY;
  for (const text of formatMessagesSync([...warnings], { kind: 'warning', color }))
    process.stderr.write(text);
}

/** Of modules outside of the bundle, and of native ones that lie beside it. */
const callsRequire = ({ outputs }: Metafile): boolean =>
  Object.values(outputs).some(({ imports }) => imports.some(({ kind }) => kind === 'require-call'));

// esbuild says it about the entry, which nobody but us has written.
const lacksRegistry = (error: unknown): boolean =>
  error instanceof Error &&
  /-entry\.js:\S+ ERROR: No matching export .* "registry"/.test(error.message);

const noRegistry = ({ registry }: Application, cause: unknown): Error =>
  new TypeError(
    `${registry} exports no registry; it needs: export const registry = defineRegistry({ … })`,
    { cause },
  );
