// The engine's and the functions' tests with the driver pg in the place of Neon's, in bundles too: `npm run test:pg`, or some
// of them: `npm run test:pg:short`.
import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

process.env['MILLRACE_TEST_DRIVER'] = 'pg';
const isShort = process.env['MILLRACE_PG'] === 'short';

const overTcp = join(import.meta.dirname, 'test/support/database-over-tcp.ts');

/** What has to do with Neon's driver alone, and why. */
const ofNeon = [
  // How a statement goes over HTTP, beside how Neon's own driver sends it.
  'test/queue/statement-over-http.test.ts',
  // The drivers of applications that enqueue, pg among them: this choice is not about those.
  'test/queue/produce/{connection,libraries}.test.ts',
  // The bundles of the release before, which are made for Neon's driver.
  'test/runtime/previous-release.test.ts',
];

/** In the check, for a minute: what becomes of calls and drains when connections die, are given up, or are not to be had. */
const short = [
  'test/chaos/{failover,frozen-consumers,restarted-database,terminated-backends}.test.ts',
  'test/functions/http/{database-away,database-trouble,lost-answers}.test.ts',
  'test/queue/drain/drain.test.ts',
];

const { test, ...others } = base;

export default mergeConfig(
  {
    ...others,
    test: {
      ...test,
      include: isShort ? short : ['test/{queue,functions,runtime,chaos}/**/*.test.ts'],
      exclude: ofNeon,
    },
  },
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
