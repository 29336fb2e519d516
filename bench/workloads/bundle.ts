// What a cold start of the consumer loads: its size, and how long Node takes to import it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleFunction } from '../../bundling/bundle-function.ts';
import { DATABASE_URL } from '../../functions/environment.ts';
import { projectRoot } from '../../test/support/project-root.ts';
import { median, timeEach } from '../percentile.ts';
import type { Workload } from '../workload.ts';

const imports = 15;
const system = 'Millrace, consumer function';

export const bundle: Workload = {
  name: 'bundle',
  async run(run) {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bundle-'));
    try {
      const registry = join(projectRoot, 'handlers/registry.ts');
      bundleFunction('consumer', { registry, migrations: undefined }, folder);
      const file = join(folder, 'index.mjs');
      const { size } = await stat(file);
      const values = { bytes: size, importMs: await importMs(file) };
      run.record({ workload: 'bundle', variant: '', system, round: 1, values });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** What a process that imports the file takes longer than one that does nothing, in turns. */
export async function importMs(file: string): Promise<number> {
  // Read when it is imported, and not connected to.
  const env = { [DATABASE_URL]: 'postgresql://nobody:secret@127.0.0.1/nowhere' };
  const node = (script: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  const extra: number[] = [];
  for (let n = 0; n < imports; n += 1) {
    const [bare = 0] = await timeEach(1, () => node(''));
    const [importing = 0] = await timeEach(1, () => node(`await import('${pathToFileURL(file)}')`));
    extra.push(importing - bare);
  }
  return median(extra);
}
