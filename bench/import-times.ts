// How long Node takes to import a file, over what it takes to do nothing.
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DATABASE_URL } from '../functions/environment.ts';
import { median, timeEach } from './percentile.ts';

const imports = 15;

/** Milliseconds for each file: processes in turns, one that does nothing before those that import, and medians of the differences. */
export async function importTimes(files: readonly string[]): Promise<number[]> {
  // Read when it is imported, and not connected to.
  const env = { [DATABASE_URL]: 'postgresql://nobody:secret@127.0.0.1/nowhere' };
  const node = (script: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  const extra = files.map((): number[] => []);
  for (let n = 0; n < imports; n += 1) {
    const [bare = 0] = await timeEach(1, () => node(''));
    for (const [index, file] of files.entries()) {
      const script = `await import('${pathToFileURL(file)}')`;
      const [importing = 0] = await timeEach(1, () => node(script));
      extra[index]?.push(importing - bare);
    }
  }
  return extra.map(median);
}
