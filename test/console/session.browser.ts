// Signing in, and how a session ends.
import { expect, test } from 'vitest';
import { accessibilityFaults } from '#test/support/console/accessibility.ts';
import { callsOf } from '#test/support/console/asked.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { takeScreenshot } from '#test/support/console/screenshots.ts';
import { signIn, visit } from '#test/support/console/visit.ts';

const console = await openConsole();

test.each(['light', 'dark'] as const)('the page to sign in looks well: %s', async (theme) => {
  const page = await visit(console, { key: undefined, theme, width: 360 });
  await page.getByLabel('API key').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await takeScreenshot(page, `sign-in-${theme}-360`);
});

test('a key that is none is refused with the reason, and another may be tried', async () => {
  const page = await visit(console, { key: undefined });
  await page.getByLabel('API key').fill('mr_nonsense');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This is no API key: it is misspelt, or not all of it was sent.').waitFor();
  await signIn(page, console.key);
});

test('one is back at the place that the address names, and so after a reload', async () => {
  const page = await visit(console, { path: '/console/queues/ledger' });
  const heading = page.getByRole('heading', { name: 'ledger' });
  await heading.waitFor();
  await page.reload();
  await heading.waitFor();
});

test('an address that cannot be read leads to the overview', async () => {
  const page = await visit(console, { path: '/console/messages/%' });
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
});

test('the key is in no address and no storage that outlives the tab, and another tab has none', async () => {
  const page = await visit(console);
  await page.getByRole('table').waitFor();
  await page.getByRole('link', { name: 'payments' }).first().click();
  await page.getByRole('heading', { name: 'payments' }).waitFor();
  expect(page.url()).not.toContain(console.key);
  const kept = await page.evaluate<string>(
    'JSON.stringify(localStorage) + document.cookie + document.body.innerHTML',
  );
  expect(kept).not.toContain(console.key);
  const other = await page.context().newPage();
  await other.goto('/console');
  await other.getByLabel('API key').waitFor();
});

test('the key goes to the host of the page alone, as a header', async () => {
  const page = await visit(console, { key: undefined });
  const asked: string[] = [];
  page.on('request', (request) => {
    expect(request.url()).not.toContain(console.key);
    asked.push(new URL(request.url()).origin);
  });
  await signIn(page, console.key);
  await page.getByRole('table').waitFor();
  expect([...new Set(asked)]).toEqual([console.url]);
});

test('a key that is revoked while the page is open ends the session, and not the place', async () => {
  const key = await console.keyFor('leaving', ['read']);
  const page = await visit(console, { path: '/console/queues/ledger', key });
  await page.getByText('Policy').waitFor();
  await console.query(`select millrace.revoke_api_key('leaving')`);
  await page.getByText('Your key or token is no longer accepted.').waitFor();
  await signIn(page, console.key);
  await page.getByRole('heading', { name: 'ledger' }).waitFor();
  expect(page.url()).toBe(`${console.url}/console/queues/ledger`);
});

test('who signs out is out, and asks for nothing any more', async () => {
  const page = await visit(console, { isTimeStill: true });
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('API key').waitFor();
  const calls = callsOf(page);
  await page.clock.fastForward('10:00');
  await page.reload();
  await page.getByLabel('API key').waitFor();
  expect(calls).toEqual([]);
});

test('a key without the scope is told which one it takes', async () => {
  const key = await console.keyFor('producer', ['enqueue:*']);
  const page = await visit(console, { key });
  await page.getByText('You may not see this').waitFor();
  await page.getByText('It takes the scope').waitFor();
});
