import { vi } from 'vitest';

/** Asks again until the answer is yes; throws after 15 seconds. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(isSo, { timeout: 15_000, interval: 10 });
}
