// The browser of the tests: Debian's Chromium, the one that CHROMIUM names, or an installed Chrome.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { afterAll } from 'vitest';

const debians = '/usr/bin/chromium';

let launched: Promise<Browser> | undefined;

/** One for each test file. */
export function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    ...whichOne(),
    // Chromium refuses to run its sandbox for root, as which a container of CI runs.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return launched;
}

afterAll(async () => {
  await (await launched)?.close();
});

function whichOne(): Pick<LaunchOptions, 'executablePath' | 'channel'> {
  const { CHROMIUM } = process.env;
  if (CHROMIUM) return { executablePath: CHROMIUM };
  return existsSync(debians) ? { executablePath: debians } : { channel: 'chrome' };
}
