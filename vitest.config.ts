import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/server.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // Limits for tests that hang, far above what a busy machine needs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 40_000, interval: 10 } },
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
