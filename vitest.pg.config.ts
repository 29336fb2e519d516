// The engine's and the functions' tests with the driver pg in the place of Neon's, in bundles too: `npm run test:pg`.
import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

process.env['MILLRACE_TEST_DRIVER'] = 'pg';

const overTcp = join(import.meta.dirname, 'test/support/database-over-tcp.ts');

export default mergeConfig(
  base,
  defineConfig({
    plugins: [
      {
        name: 'pg-in-the-place-of-neon',
        enforce: 'pre',
        resolveId: (source, importer) =>
          source === '#queue/database.ts' && !importer?.includes('/queue/pg/')
            ? overTcp
            : undefined,
      },
    ],
  }),
);
