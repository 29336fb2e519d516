import { dirname, relative } from 'node:path';

/**
 * A compiled file's text in which imports name compiled files by relative paths. In the checkout they have names such as
 * `#queue/queue.ts`, which its package.json maps to the sources. Another package.json beside the compiled files could map them
 * to these, but not every tool that reads a package knows of it. Declarations still name sources by relative paths, too.
 * A name stays on its line, so that source maps fit.
 *
 * @param file its path in dist/
 */
export function nameRelatively(file: string, text: string): string {
  const named = text.replace(imported(/#([\w./-]+)/), (_name, before: string, path: string) => {
    const found = relative(dirname(file), path);
    return `${before}${found.startsWith('.') ? found : `./${found}`}`.replace(/\.ts$/, '.js');
  });
  return file.endsWith('.d.ts') ? named.replace(imported(/(\.[\w./-]+)\.ts/), '$1$2.js') : named;
}

/** What stands between the quotes of an import, with what is before it. An example in a comment is no import. */
const imported = ({ source: name }: RegExp): RegExp =>
  new RegExp(String.raw`(?<!^\s*\*.*)(\b(?:from |import |import\()['"])${name}(?=['"])`, 'gm');
