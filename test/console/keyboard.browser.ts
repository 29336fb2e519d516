// The console by keyboard alone.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

const focused = (page: Page) =>
  page.evaluate<string>(
    'document.activeElement.tagName + " " + document.activeElement.textContent.trim()',
  );

async function tabTo(page: Page, name: string): Promise<void> {
  await expect
    .poll(async () => {
      await page.keyboard.press('Tab');
      return focused(page);
    })
    .toBe(name);
}

test('from signing in to a purge that is thought better of', async () => {
  const page = await visit(console, { key: undefined });
  await page.getByLabel('API key').waitFor();
  await expect
    .poll(async () => {
      await page.keyboard.press('Tab');
      return focused(page);
    })
    .toMatch(/^INPUT/);
  await page.keyboard.type(console.key);
  await page.keyboard.press('Enter');
  await page.getByRole('table').waitFor();

  await tabTo(page, 'A Skip to the page');
  await page.keyboard.press('Enter');
  await tabTo(page, 'A exports');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'exports' }).waitFor();
  expect(await focused(page)).toBe('H1 exports');

  await page.getByText('Policy').waitFor();
  await tabTo(page, 'BUTTON Purge…');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Purge exports' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('BUTTON Purge…');
});

test('the menu of a narrow window opens, leads, and closes behind one', async () => {
  const page = await visit(console, { width: 360 });
  await page.getByRole('table').waitFor();
  await tabTo(page, 'BUTTON Menu');
  await page.keyboard.press('Enter');
  await tabTo(page, 'A Schedules');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Schedules' }).waitFor();
  expect(await page.getByRole('button', { name: 'Menu' }).getAttribute('aria-expanded')).toBe(
    'false',
  );
});

test('the theme is chosen, and kept', async () => {
  const page = await visit(console, { theme: 'light' });
  await page.getByRole('button', { name: 'Theme: system' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  expect(await background()).toBe('rgb(16, 21, 26)');
  await page.reload();
  await page.getByRole('table').waitFor();
  expect(await background()).toBe('rgb(16, 21, 26)');
});
