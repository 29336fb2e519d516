// Which files a package's entries reach, read as a compiler reads them: JavaScript by its imports, declarations by theirs.
import { dirname, join } from 'node:path';

export interface Reached {
  /** Relative to the package. */
  readonly files: readonly string[];
  /** Packages that are imported, by the kind of the file that does it: `aws-lambda`, `@standard-schema/spec`. */
  readonly packages: { readonly js: ReadonlySet<string>; readonly types: ReadonlySet<string> };
}

/** @param textOf throws when there is no such file */
export async function reachedFrom(
  entries: readonly string[],
  textOf: (path: string) => Promise<string>,
): Promise<Reached> {
  const files = new Set<string>();
  const packages = { js: new Set<string>(), types: new Set<string>() };
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const name of importsIn(await textOf(path))) {
      const isTypes = path.endsWith('.d.ts');
      if (!name.startsWith('.')) packages[isTypes ? 'types' : 'js'].add(packageOf(name));
      else waiting.push(join(dirname(path), isTypes ? name.replace(/\.js$/, '.d.ts') : name));
    }
  }
  return { files: [...files], packages };
}

/** Of statements and of calls; those in comments do not count. */
function importsIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /^(?:import|export|\})(?:[^;'"=(]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  );
  const calls = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements, ...calls].flatMap(([, name]) => name ?? []);
}

const packageOf = (name: string): string =>
  name.startsWith('node:')
    ? 'node'
    : name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
