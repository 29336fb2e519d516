// An application of somebody else's, made on the spot in a folder of its own, and what its owner does there at a terminal.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { newFolder, removeFolder } from '#test/support/folder.ts';

export interface MadeApplication {
  readonly folder: string;
  write(path: string, text: string | object): Promise<void>;
  /**
   * Runs a program from node_modules/.bin, or from the PATH, in the folder or in one below it, and answers what it printed.
   * Rejects with that when the program fails.
   */
  run(program: string, words: readonly string[], below?: string): Promise<string>;
}

// A hook that is registered while another one runs is never called, so this one stands here.
const made: string[] = [];
afterAll(() => Promise.all(made.map(removeFolder)));

export async function makeApplication(
  files: Readonly<Record<string, string | object>>,
): Promise<MadeApplication> {
  const folder = newFolder();
  made.push(folder);
  await mkdir(folder);
  const write: MadeApplication['write'] = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text));
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const run: MadeApplication['run'] = async (program, words, below = '') => {
    const cwd = join(folder, below);
    const paths = [join(cwd, 'node_modules/.bin'), join(folder, 'node_modules/.bin')];
    const { stdout } = await promisify(execFile)(program, words, {
      cwd,
      env: terminal([...paths, dirname(process.execPath)]),
      timeout: 240_000,
    }).catch((failure) => {
      throw new Error(`${program} ${words.join(' ')}\n${failure.stdout}${failure.stderr}`);
    });
    return stdout;
  };
  return { folder, write, run };
}

/** The environment without what npm and vitest have put there for this process alone. */
function terminal(paths: readonly string[]): NodeJS.ProcessEnv {
  const ours =
    /^(npm_(package|lifecycle|config_local_prefix|command)|INIT_CWD|NODE_(ENV|OPTIONS)|TEST|VITEST)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = [...paths, process.env['PATH']].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, CI: 'true', NO_COLOR: '1' };
}
