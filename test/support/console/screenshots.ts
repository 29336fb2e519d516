// Pictures of the console, for people to look at: CI keeps the folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '#test/support/project-root.ts';

const folder = join(projectRoot, '.ci/screenshots');

/** name: such as `overview-dark`. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
