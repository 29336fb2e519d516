// The engine's and the functions' tests with the driver pg in the place of Neon's, in bundles too: `npm run test:pg`.
import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

process.env['MILLRACE_TEST_DRIVER'] = 'pg';

const overTcp = join(import.meta.dirname, 'test/support/database-over-tcp.ts');

/** These are about Neon's way itself, or stand between a client and a server by HTTP. */
const ofNeon = [
  'test/queue/statement-over-http.test.ts',
  'test/queue/produce/libraries.test.ts',
  'test/queue/drain/{too-large,follow-up-refusals,schedule-firing}.test.ts',
  'test/functions/http/{lost-answers,database-away,database-trouble}.test.ts',
  'test/functions/http/enqueue/idempotency.test.ts',
  'test/functions/http/routes/operations-at-size.test.ts',
  'test/functions/own-logins.test.ts',
  'test/functions/runtime/queue-database.test.ts',
  'test/runtime/previous-release.test.ts',
  'test/chaos/{failover,restarted-database}.test.ts',
];

const { test, ...others } = base;

export default mergeConfig(
  {
    ...others,
    test: {
      ...test,
      include: ['test/{queue,functions,runtime,chaos}/**/*.test.ts'],
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
