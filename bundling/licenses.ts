// The licenses of the packages that a bundle contains, which ask to come along with every copy.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';

/** All of them as one text. folder: the one that the paths in the metafile start from. */
export function licensesIn({ inputs }: Metafile, folder: string): string {
  const packages = Object.keys(inputs).flatMap((path) => packageOf.exec(path)?.[0] ?? []);
  return [...new Set(packages)]
    .sort()
    .map(
      (path) =>
        `${nameOf(path)}\n\n${readFileSync(join(folder, path, 'LICENSE'), 'utf8').trim()}\n`,
    )
    .join('\n---\n\n');
}

/** The folder of the package that a file belongs to. */
const packageOf = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

const nameOf = (path: string): string => {
  const scope = basename(dirname(path));
  return scope.startsWith('@') ? `${scope}/${basename(path)}` : basename(path);
};
