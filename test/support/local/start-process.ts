// npm start as a process of its own, for tests that stop and kill it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { waitUntil } from '#test/support/wait-until.ts';

const program = join(import.meta.dirname, '../../../cli/millrace.ts');

export interface Start {
  readonly process: ChildProcess;
  /** What it has printed so far, to both streams. */
  output(): string;
  /** Waits for the ready line and gives the URL in it. */
  ready(): Promise<string>;
  /** Its exit code, or the name of the signal that ended it. */
  readonly exit: Promise<number | string>;
}

const started: ChildProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await Promise.all(folders.splice(0).map(removeFolder));
});

/** A data folder that is removed after the test, with its Postgres. */
export function dataFolder(): string {
  const folder = newFolder();
  folders.push(folder);
  return folder;
}

export async function start(
  flags: string[],
  environment: Record<string, string> = {},
): Promise<Start> {
  const every = flags.includes('--sleep') ? [] : ['--every', '100ms'];
  const words = [program, 'start', '--port', String(await freePort()), ...every, ...flags];
  return watch(spawn(process.execPath, words, { env: { ...process.env, ...environment } }));
}

/** Follows the output of a process that runs npm start. */
export function watch(child: ChildProcess): Start {
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const url = () => /^ready on (\S+)$/m.exec(output)?.[1];
  return {
    process: child,
    output: () => output,
    exit: once(child, 'close').then(([code, signal]) => code ?? signal),
    async ready() {
      await waitUntil(() => {
        if (child.exitCode !== null) throw new Error(`It has ended:\n${output}`);
        return url() !== undefined;
      });
      return url() ?? '';
    },
  };
}
