// The reader's checkout: a copy of this one in which a guide may write and change files.
import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { newFolder } from '#test/support/folder.ts';

const own = join(import.meta.dirname, '../../..');
const notCopied = ['.git', '.millrace', 'bench', 'cdk.out', 'coverage', 'dist', 'node_modules'];

export interface GuideCheckout {
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** Applies a block such as `@@ handlers/registry.ts @@` with lines that begin with " ", "-" and "+". */
  edit(diff: string): Promise<void>;
  /** Type-checks what was written and changed. Throws an Error with what the compiler says. */
  compile(): Promise<void>;
}

export async function guideCheckout(): Promise<GuideCheckout> {
  const folder = newFolder();
  await copyOwn(folder);
  await symlink(join(own, 'node_modules'), join(folder, 'node_modules'));
  const touched = new Set<string>();
  const write = async (path: string, text: string) => {
    touched.add(path);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  return {
    folder,
    write,
    async edit(diff) {
      const [before, ...hunks] = diff.split(/^@@ (?=.* @@$)/m);
      if (before !== '' || hunks.length === 0)
        throw new Error('a diff begins with a line such as "@@ handlers/registry.ts @@"');
      for (const hunk of hunks) {
        const [head = '', ...lines] = hunk.trimEnd().split('\n');
        const path = head.replace(/ @@$/, '');
        const text = await readFile(join(folder, path), 'utf8');
        await write(path, replaceOnce(text, side(lines, '-'), side(lines, '+')));
      }
    },
    compile: () => compile(folder, [...touched]),
  };
}

/** Without a filter and at once, a copy is Node's own business, and takes a tenth of the time. */
async function copyOwn(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of await readdir(own))
    if (!notCopied.includes(name)) cpSync(join(own, name), join(folder, name), { recursive: true });
}

/** What the file has before (-) or after (+), context included. */
const side = (lines: readonly string[], mark: '-' | '+') =>
  lines
    .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(mark))
    .map((line) => line.slice(1))
    .join('\n');

function replaceOnce(text: string, before: string, after: string): string {
  const [head = '', tail, ...more] = text.split(before);
  if (tail === undefined || more.length > 0)
    throw new Error(`the lines to change are not found exactly once:\n${before}`);
  return head + after + tail;
}

async function compile(folder: string, paths: readonly string[]): Promise<void> {
  const files = paths.filter((path) => path.endsWith('.ts'));
  if (files.length === 0) return;
  const project = { extends: './tsconfig.json', include: [], files };
  await writeFile(join(folder, 'tsconfig.guide.json'), JSON.stringify(project));
  const run = promisify(execFile)('node_modules/.bin/tsc', ['-p', 'tsconfig.guide.json'], {
    cwd: folder,
  });
  await run.catch(({ stdout, message }) => {
    throw new Error(`the TypeScript of this guide does not compile:\n${stdout || message}`);
  });
}
