// What runs on this machine, as the tests of starting and stopping need to know it.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Process ids of the postmasters whose cluster is in the data folder. */
export async function postgresOn(dataDirectory: string): Promise<number[]> {
  const running = await commandLines();
  return [...running]
    .filter(([, line]) => line.includes(`-D ${dataDirectory}/postgres `))
    .map(([processId]) => processId);
}

/** What `ps` shows to everybody, by process id. */
export async function commandLines(): Promise<Map<number, string>> {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

async function fromProc(): Promise<Map<number, string>> {
  const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
  const lines = ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''));
  const read = await Promise.all(lines);
  return new Map(ids.map((id, index) => [id, (read[index] ?? '').replaceAll('\0', ' ')]));
}

async function fromPs(): Promise<Map<number, string>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,command=']);
  const lines = stdout.split('\n').map((line) => /^ *(\d+) (.*)$/.exec(line));
  return new Map(lines.map((match) => [Number(match?.[1]), `${match?.[2]} `]));
}
