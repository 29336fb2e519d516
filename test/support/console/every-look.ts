// A page in every look that it has: both themes, and where there is little room.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { accessibilityFaults } from './accessibility.ts';
import type { OpenConsole } from './open-console.ts';
import { takeScreenshot } from './screenshots.ts';
import { type Theme, visit } from './visit.ts';

const looks: readonly { readonly theme: Theme; readonly width: number }[] = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 360 },
  { theme: 'dark', width: 360 },
];

interface Shown {
  /** Of the pictures, such as `overview`. */
  readonly name: string;
  readonly path: string;
  /** Settles when everything is there that is to be looked at. */
  readonly ready: (page: Page) => Promise<unknown>;
}

/** Takes a picture of each, and expects axe to find nothing, and nothing that is wider than the window. */
export async function expectGoodLooks(
  console: OpenConsole,
  { name, path, ready }: Shown,
): Promise<void> {
  for (const { theme, width } of looks) {
    const page = await visit(console, { path, theme, width });
    await ready(page);
    await takeScreenshot(page, `${name}-${theme}-${width}`);
    const look = `${name}, ${theme}, ${width} px`;
    expect(await accessibilityFaults(page), look).toEqual([]);
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(widest, look).toBeLessThanOrEqual(width);
    await page.context().close();
  }
}
