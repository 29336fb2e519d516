// Schedules: when they come next, and pausing, resuming and running them for real.
import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();
const path = '/console/schedules';

const isPaused = async () => {
  const [row] = await console.query<{ is_paused: boolean }>(
    `select is_paused from millrace.schedule where name = 'nightly-export'`,
  );
  return row?.is_paused;
};

test('pauses and resumes', async () => {
  const page = await visit(console, { path });
  await page.getByRole('button', { name: 'Pause nightly-export' }).click();
  await page.getByText('nightly-export is paused.').waitFor();
  expect(await isPaused()).toBe(true);
  const card = page.getByRole('article', { name: 'Schedule nightly-export' });
  await card.getByText('not while it is paused').waitFor();
  await page.getByRole('button', { name: 'Resume nightly-export' }).click();
  await page.getByText('nightly-export goes on.').waitFor();
  expect(await isPaused()).toBe(false);
});

test('shows the next times in the zone of whoever looks, and in UTC', async () => {
  const page = await visit(console, { path });
  const card = page.getByRole('article', { name: 'Schedule nightly-export' });
  const items = card.getByRole('list').getByRole('listitem');
  await items.first().waitFor();
  const times = await items.allTextContents();
  expect(times).toHaveLength(5);
  // Three o'clock in Berlin, where the browser is, is one or two o'clock UTC.
  for (const time of times) expect(time).toMatch(/, 03:00:00.*0[12]:00:00 UTC/);
});

test('runs one now, and leads to the message', async () => {
  await console.query(`select millrace.pause('exports')`);
  const page = await visit(console, { path });
  await page.getByRole('button', { name: 'Run now: nightly-export' }).click();
  await page.getByRole('link', { name: 'Enqueued: look at it' }).click();
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  const rows = await console.query('select type from millrace.message where id = $1', [id]);
  expect(rows).toEqual([{ type: 'export.asked' }]);
});

test('says what the API refuses when a schedule has gone meanwhile', async () => {
  const page = await visit(console, { path });
  await page.getByRole('button', { name: 'Pause hourly-hook' }).waitFor();
  await console.query(`update millrace.schedule set name = 'moved' where name = 'hourly-hook'`);
  await page.getByRole('button', { name: 'Pause hourly-hook' }).click();
  await page.getByText('No schedule has this name').waitFor();
  await console.query(`update millrace.schedule set name = 'hourly-hook' where name = 'moved'`);
});

test('offers nothing to who only reads, and says why', async () => {
  const key = await console.keyFor('reader-of-schedules', ['read']);
  const page = await visit(console, { path, key });
  await page.getByText('It takes the scope operate to pause or run it.').first().waitFor();
  expect(await page.getByRole('button', { name: /Pause|Run/ }).count()).toBe(0);
});

test('looks well', () =>
  expectGoodLooks(console, {
    ...{ name: 'schedules', path },
    ready: (page) => page.getByRole('article').first().waitFor(),
  }));
