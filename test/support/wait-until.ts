import { vi } from 'vitest';

/** Asks again until the answer is yes; throws after 40 seconds, for machines that are busy. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(isSo, { timeout: 40_000, interval: 10 });
}
