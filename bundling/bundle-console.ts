// What the browser loads of the console: small files whose names change with their content, so that they may be kept for ever.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildSync, type Metafile } from 'esbuild';
import { consoleHeaders } from './console-headers.ts';
import { licensesIn } from './licenses.ts';

/** In a checkout its sources, in the package what packaging/build.ts has made of them. */
const own = join(import.meta.dirname, '../console');

/**
 * Writes the console into the folder: `index.html`, everything else by brotli, the headers of all, and the licenses of the packages in it. In a
 * checkout it is made, in the package it only has to be copied. The folder is emptied, since files of an older make would be served beside those of this one.
 */
export function bundleConsole(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  if (existsSync(join(own, 'main.tsx'))) build(folder);
  else cpSync(own, folder, { recursive: true });
}

function build(folder: string): void {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: own,
    entryPoints: ['main.tsx', 'styles/console.css'],
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox121', 'safari17.4'],
    tsconfig: 'tsconfig.json',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles)
    writeFileSync(`${join(folder, basename(path))}.br`, brotliCompressSync(contents));
  writeFileSync(join(folder, 'index.html'), pageOf(metafile));
  const headers = consoleHeaders(outputFiles.map(({ path }) => basename(path)));
  writeFileSync(join(folder, 'headers.json'), JSON.stringify(headers));
  writeFileSync(join(folder, 'LICENSES.txt'), licensesIn(metafile, own));
}

/** The page with the names that its script and its styles have got. What the script imports is named too, to come with it. */
function pageOf({ outputs }: Metafile): string {
  const written = readFileSync(join(own, 'index.html'), 'utf8');
  const made = Object.entries(outputs);
  return written
    .replace(/(?<==")\.\/([^"]+)/g, (_, source) =>
      urlOf(made.find(([, { entryPoint }]) => entryPoint === source)?.[0]),
    )
    .replace(/^( *)<script /m, (script, indent) => {
      const [, main] = made.find(([, { entryPoint }]) => entryPoint === 'main.tsx') ?? [];
      const imported = main?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
      const links = imported.map(({ path }) => `<link rel="modulepreload" href="${urlOf(path)}">`);
      return links.map((link) => `${indent}${link}\n`).join('') + script;
    });
}

const urlOf = (path = '') => `/console/assets/${basename(path)}`;
