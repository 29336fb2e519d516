// Dead letters in the console: by error and one by one; redriven and discarded in the database, not only on the page.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();
// What is redriven waits, so that nothing dies again while the tests count.
await console.query(`select millrace.pause('payments'), millrace.pause('webhooks')`);

const groups = '/console/dead-letters';
const letters = '/console/dead-letters/letters';

const deadIn = async (queue: string, text = '') => {
  const [row] = await console.query<{ count: number }>(
    `select count(*)::int as count from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id
     where q.name = $1 and strpos(l.error ->> 'message', $2) > 0`,
    [queue, text],
  );
  return row?.count ?? 0;
};

/** Dead letters by the thousand, all of one error. */
const bury = (count: number, error: string) =>
  console.query(
    `with m as (
       insert into millrace.message (id, type, payload)
       select millrace.uuid_v7(), 'export.asked', jsonb_build_object('n', n) from generate_series(1, $1::int) as n
       returning id
     )
     insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, type, error)
     select m.id, q.id, nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')), 5, 3, 'export.asked',
       jsonb_build_object('name', 'Error', 'message', $2::text)
     from m, millrace.queue q where q.name = 'exports'`,
    [count, error],
  );

const dialog = (page: Page) => page.getByRole('dialog');
const focusedText = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

test('shows a hostile error as text, with how many letters have it', async () => {
  const page = await visit(console, { path: groups });
  const row = page.getByRole('row').filter({ hasText: hostile.markup });
  await row.first().waitFor();
  expect(
    await row
      .first()
      .getByRole('button', { name: /^Redrive/ })
      .count(),
  ).toBe(1);
});

test('redrives all letters of one error, after it has counted them', async () => {
  const before = await deadIn('webhooks', 'HTTP 50');
  expect(before).toBeGreaterThan(0);
  const page = await visit(console, { path: `${groups}?queue=webhooks` });
  await page
    .getByRole('button', { name: /^Redrive: .*HTTP 50/ })
    .first()
    .click();
  const redrive = dialog(page).getByRole('button', { name: /^Redrive \d/ });
  await redrive.waitFor();
  const counted = Number((await redrive.textContent())?.replace(/\D/g, ''));
  expect(await deadIn('webhooks', 'HTTP 50')).toBe(before);
  await redrive.click();
  await dialog(page)
    .getByText(/letters? (was|were) redriven\./)
    .waitFor();
  expect(await deadIn('webhooks', 'HTTP 50')).toBe(before - counted);
});

test('discards the letters that are selected, and no others', async () => {
  const before = await deadIn('payments');
  const page = await visit(console, { path: `${letters}?queue=payments` });
  const boxes = page.getByRole('table').getByRole('checkbox');
  for (const index of [0, 2]) await boxes.nth(index).check();
  const selected = await boxes.nth(2).getAttribute('aria-label');
  await page.getByRole('button', { name: 'Discard 2 selected letters…' }).click();
  await dialog(page).getByRole('button', { name: 'Discard 2' }).click();
  await dialog(page).getByText('2 letters were discarded.').waitFor();
  expect(await focusedText(page)).toBe('Close');
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  expect(await deadIn('payments')).toBe(before - 2);
  await expect.poll(() => page.getByLabel(selected ?? '').count()).toBe(0);
});

test('discards all that fit a filter, portion by portion, after a typed word', async () => {
  await bury(2_500, 'the shelf has no number');
  const page = await visit(console, { path: `${letters}?error=shelf` });
  await page.getByRole('button', { name: 'Discard all that fit the filter…' }).click();
  const discard = dialog(page).getByRole('button', { name: 'Discard 2,500' });
  await discard.waitFor();
  expect(await discard.isDisabled()).toBe(true);
  await dialog(page)
    .getByLabel(/Type discard/)
    .fill('discard');
  const portions: number[] = [];
  page.on('response', (response) => {
    if (response.request().method() === 'DELETE') portions.push(response.status());
  });
  await discard.click();
  await dialog(page).getByText('2,500 letters were discarded.').waitFor();
  expect(portions).toEqual([200, 200, 200]);
  expect(await deadIn('exports', 'shelf')).toBe(0);
});

test('stops between two portions, and says what was done', async () => {
  await bury(2_500, 'the parcel came back');
  const page = await visit(console, { path: `${letters}?error=parcel` });
  let release = () => {};
  let calls = 0;
  await page.route('**/v1/dead-letters/redrive', async (route) => {
    const isDry = route.request().postDataJSON().dryRun === true;
    // The first portion is under way until the test lets it go.
    if (!isDry && ++calls === 1)
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    await route.continue();
  });
  await page.getByRole('button', { name: 'Redrive all that fit the filter…' }).click();
  await dialog(page).getByRole('button', { name: 'Redrive 2,500' }).click();
  await dialog(page).getByRole('button', { name: 'Stop after this portion' }).click();
  await expect.poll(() => calls).toBe(1);
  release();
  await dialog(page)
    .getByText('1,000 letters were redriven; the others are as they were.')
    .waitFor();
  expect(await deadIn('exports', 'parcel')).toBe(1_500);
  expect(calls).toBe(1);
});

test('says what was done before the API refused', async () => {
  await bury(1_500, 'the ink is dry');
  const page = await visit(console, { path: `${letters}?error=ink` });
  let calls = 0;
  await page.route('**/v1/dead-letters', async (route) => {
    const body =
      route.request().method() === 'DELETE' ? route.request().postDataJSON() : { dryRun: true };
    if (body.dryRun || ++calls === 1) return route.continue();
    const problem = { title: 'The database is away', status: 503, detail: 'Nobody answers.' };
    return route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify(problem),
    });
  });
  await page.getByRole('button', { name: 'Discard all that fit the filter…' }).click();
  await dialog(page)
    .getByLabel(/Type discard/)
    .fill('discard');
  await dialog(page).getByRole('button', { name: 'Discard 1,500' }).click();
  await dialog(page).getByText('The database is away').waitFor();
  await dialog(page)
    .getByText('1,000 letters were discarded; the others are as they were.')
    .waitFor();
  expect(await deadIn('exports', 'ink')).toBe(500);
});

test('gives the focus back when somebody thinks better of it', async () => {
  const page = await visit(console, { path: letters });
  await page.getByRole('button', { name: 'Discard all…' }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByText(/Type/).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedText(page)).toBe('Discard all…');
});

test('offers nothing to who only reads, and says why', async () => {
  const key = await console.keyFor('reader-of-letters', ['read']);
  for (const path of [groups, letters]) {
    const page = await visit(console, { path, key });
    await page.getByText('It takes the scope operate to redrive or discard them.').waitFor();
    expect(await page.getByRole('button', { name: /Redrive|Discard/ }).count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
  }
});

test('goes from an error to its letters, and to a message', async () => {
  const page = await visit(console, { path: groups });
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Dead letters, one by one' }).waitFor();
  expect(new URL(page.url()).searchParams.get('fingerprint')).toBeTruthy();
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
});

// A part of the letters alone: axe takes its time for each row.
test.each([
  ['dead-letters', `${groups}?queue=payments`],
  ['dead-letters-one-by-one', `${letters}?queue=ledger`],
])('looks well: %s', (name, path) =>
  expectGoodLooks(console, { name, path, ready: (page) => page.getByRole('table').waitFor() }),
);
