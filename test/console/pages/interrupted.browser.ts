// What a page makes of a database that goes away and comes back, and of a tab that nobody sees.
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { openConsole } from '#test/support/console/open-console.ts';
import { sendMessage } from '#test/support/console/send-message.ts';
import { switchedDatabase } from '#test/support/console/switched-database.ts';
import { visit } from '#test/support/console/visit.ts';

const database = switchedDatabase();
const console = await openConsole({ through: database.through });
afterEach(() => database.bringBack());

/** The API itself tries for up to 8 seconds before it says so. */
const patience = { timeout: 60_000 };
const isAway = (page: Page) => page.getByText('The database is away');

const waitingMessage = () =>
  sendMessage(console, {
    ...{ type: 'receipt.sent', payload: { n: 1 } },
    delaySeconds: 3_600,
  });

test('keeps the list that it has while the database is away, and goes on by itself', async () => {
  const page = await visit(console, { path: '/console/messages' });
  const rows = page.getByRole('rowheader');
  await rows.first().waitFor();
  database.takeAway();
  await isAway(page).waitFor(patience);
  expect(await rows.count()).toBe(50);
  database.bringBack();
  await isAway(page).waitFor({ state: 'detached', ...patience });
  const id = await waitingMessage();
  await expect.poll(() => rows.first().textContent()).toContain(id);
});

test('goes on to follow a message after the database was away', async () => {
  const id = await waitingMessage();
  const page = await visit(console, { path: `/console/messages/${id}` });
  const receipts = page.getByRole('article', { name: 'Delivery to receipts' });
  await receipts.getByText('scheduled').first().waitFor();
  database.takeAway();
  await isAway(page).first().waitFor(patience);
  await receipts.getByText('scheduled').first().waitFor();
  database.bringBack();
  await console.query('select millrace.cancel($1)', [id]);
  await receipts.getByText('cancelled').first().waitFor(patience);
  await isAway(page)
    .first()
    .waitFor({ state: 'detached', ...patience });
});

test('counts again when the database is back', async () => {
  const page = await visit(console, { path: '/console/dead-letters/letters' });
  const redrive = page.getByRole('button', { name: 'Redrive all…' });
  await redrive.waitFor();
  database.takeAway();
  await redrive.click();
  const dialog = page.getByRole('dialog');
  await isAway(page).waitFor(patience);
  database.bringBack();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByRole('button', { name: /^Redrive \d/ }).waitFor();
});

test('asks for nothing while its tab is hidden, and at once when it is seen again', async () => {
  const id = await waitingMessage();
  const page = await visit(console, { path: `/console/messages/${id}` });
  const looking = await visit(console, { path: `/console/messages/${id}` });
  for (const each of [page, looking]) await each.getByText('scheduled').first().waitFor();
  await turn(page, 'hidden');
  let calls = 0;
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) calls += 1;
  });
  await console.query('select millrace.cancel($1)', [id]);
  // Somebody who looks is told.
  await looking.getByText('cancelled').first().waitFor();
  expect(calls).toBe(0);
  await turn(page, 'visible');
  await page.getByText('cancelled').first().waitFor();
});

/** As the browser does when somebody goes to another tab. */
const turn = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${state === 'hidden'} });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
