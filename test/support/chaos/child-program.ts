// The programs of processes that tests start by the dozen. To read a hundred files of TypeScript is most of what a short life costs, so
// of each program one file is made first, as a deployment does of its functions.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';

const folder = newFolder();
afterAll(() => removeFolder(folder));

let prepared: Promise<void> | undefined;
const programs = new Map<string, Promise<string>>();

/** The path of what is made of a file beside this one, such as draining-child.ts. Gone after the test file's last test. */
export function childProgram(name: string): Promise<string> {
  const program = programs.get(name) ?? makeProgram(name);
  programs.set(name, program);
  return program;
}

async function makeProgram(name: string): Promise<string> {
  prepared ??= prepare();
  await prepared;
  const outfile = join(folder, name.replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [join(import.meta.dirname, name)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

async function prepare(): Promise<void> {
  await mkdir(folder);
  // Packages are looked for from where a program lies.
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}
