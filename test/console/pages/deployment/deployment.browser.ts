// Who did what, who has a key, and what drains did.
import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

const looks = [
  { name: 'audit', path: '/console/audit' },
  { name: 'api-keys', path: '/console/api-keys' },
  { name: 'drains', path: '/console/drains' },
] as const;

test('tells who paused a queue, whatever their name is', async () => {
  await console.query(`select millrace.pause('receipts', $1)`, [hostile.markup]);
  const page = await visit(console, { path: '/console/audit' });
  await page.getByLabel('Who').fill(hostile.markup);
  await page.getByLabel('Who').press('Enter');
  const actions = page.getByRole('rowheader');
  await expect
    .poll(async () => new Set(await actions.allTextContents()))
    .toEqual(new Set(['pause']));
  expect(await page.getByRole('row').nth(1).textContent()).toContain(hostile.markup);
  expect(new URL(page.url()).searchParams.get('actor')).toBe(hostile.markup);
});

test('keeps audit and keys from who only reads, and says which scope it takes', async () => {
  const key = await console.keyFor('reader', ['read']);
  for (const path of ['/console/audit', '/console/api-keys']) {
    const page = await visit(console, { path, key });
    await page.getByText('You may not see this').waitFor();
  }
});

test('revokes a key by its typed name; whoever has signed in with it is out', async () => {
  const key = await console.keyFor('shop', ['read']);
  const shop = await visit(console, { path: '/console/drains', key });
  const page = await visit(console, { path: '/console/api-keys' });
  await page.getByRole('button', { name: 'Revoke shop' }).click();
  const dialog = page.getByRole('dialog');
  const revoke = dialog.getByRole('button', { name: 'Revoke' });
  expect(await revoke.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('shop');
  await revoke.click();
  await page.getByText('The key shop is revoked.').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Revoke shop' }).count()).toBe(0);
  const rows = await console.query(
    `select from millrace.api_key where name = 'shop' and revoked_at is not null`,
  );
  expect(rows).toHaveLength(1);
  // The API has forgotten the key within seconds, and the page asks by itself.
  await shop.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: 40_000 });
});

test('warns before one takes away the key by which one is here', async () => {
  const key = await console.keyFor('mine', ['operate']);
  const page = await visit(console, { path: '/console/api-keys', key });
  await page.getByRole('button', { name: 'Revoke mine' }).click();
  await page.getByText('It is the key by which you have signed in here.').waitFor();
  expect(await page.content()).not.toContain(key);
});

test('shows what drains did, of one queue', async () => {
  const page = await visit(console, { path: '/console/drains?queue=webhooks' });
  await page.getByRole('rowheader').first().waitFor();
  const names = new Set(await page.getByRole('rowheader').allTextContents());
  expect([...names]).toContain('webhooks');
});

test.each(looks)('looks well: $name', ({ name, path }) =>
  expectGoodLooks(console, {
    ...{ name, path },
    ready: (page) => page.getByRole('rowheader').first().waitFor(),
  }),
);
