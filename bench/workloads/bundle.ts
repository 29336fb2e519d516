// What a cold start of the consumer loads: its size, and how long Node takes to import it; beside it what any consumer would
// load, the driver and a schema.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle as bundleEntry } from '../../bundling/bundle.ts';
import { bundleFunction } from '../../bundling/bundle-function.ts';
import { projectRoot } from '../../test/support/project-root.ts';
import { importTimes } from '../import-times.ts';
import type { Run, Workload } from '../workload.ts';

const application = { registry: join(projectRoot, 'handlers/registry.ts'), migrations: undefined };

/** What Millrace takes of the driver, and a message as an application declares it. */
const driverAndSchema = `
  import { Client, neon, neonConfig, types } from '@neondatabase/serverless';
  import * as z from 'zod';
  export const schema = z.object({ orderId: z.string(), email: z.email(), amountCents: z.int() });
  export { Client, neon, neonConfig, types };`;

export const bundle: Workload = {
  name: 'bundle',
  async run(run) {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bundle-'));
    try {
      await measureIn(folder, run);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measureIn(folder: string, { record }: Run): Promise<void> {
  const consumer = join(folder, 'consumer');
  const alone = join(folder, 'driver');
  for (const made of [consumer, alone]) await mkdir(made);
  bundleFunction('consumer', application, consumer);
  bundleEntry(driverAndSchema, { name: 'driver', application, folder: alone });
  const files = [consumer, alone].map((made) => join(made, 'index.mjs'));
  const [importMs = Number.NaN, baseMs = Number.NaN] = await importTimes(files);
  const [bytes = 0, baseBytes = 0] = await Promise.all(
    files.map(async (file) => (await stat(file)).size),
  );
  const entry = { workload: 'bundle', variant: '', round: 1 };
  const own = { bytes, importMs, importRatio: importMs / baseMs };
  record({ ...entry, system: 'Millrace, consumer function', values: own });
  const base = { bytes: baseBytes, importMs: baseMs };
  record({ ...entry, system: 'the Neon driver and zod', values: base });
}
