import { defineConfig } from 'vitest/config';

// The console and the client in a real Chromium; apart from the other tests, so that they need no browser.
export default defineConfig({
  test: {
    include: ['test/{console,client}/**/*.browser.ts'],
    globalSetup: ['test/support/console/postgres.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 40_000, interval: 10 } },
    maxWorkers: 3,
  },
});
