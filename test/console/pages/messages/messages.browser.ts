// The list of messages on the real API: filters in the address, pages, and the way to one message.
import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { sendMessage } from '#test/support/console/send-message.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();
const path = '/console/messages';

test('shows new messages by themselves, newest first', async () => {
  const page = await visit(console, { path });
  await page.getByRole('rowheader').nth(49).waitFor();
  const id = await sendMessage(console, {
    ...{ type: 'hook.due', payload: { n: 1 } },
    delaySeconds: 3_600,
  });
  await expect.poll(() => page.getByRole('rowheader').first().textContent()).toContain(id);
});

test('keeps its filter in the address, and takes it back with the browser’s way back', async () => {
  const page = await visit(console, { path });
  await page.getByLabel('Type', { exact: true }).fill('entry.made');
  await page.getByLabel('Status').selectOption('dead');
  await page.getByLabel('Group key').fill(hostile.markup);
  await page.getByLabel('Group key').press('Enter');
  await expect.poll(() => page.getByRole('rowheader').count()).toBeLessThan(4);
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({
    ...{ type: 'entry.made', status: 'dead', groupKey: hostile.markup },
  });
  await page.reload();
  await page.getByRole('rowheader').first().waitFor();
  expect(await page.getByLabel('Group key').inputValue()).toBe(hostile.markup);
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('rowheader').nth(49).waitFor();
  expect(await page.getByLabel('Group key').inputValue()).toBe('');
  await page.goBack();
  await expect.poll(() => page.getByLabel('Status').inputValue()).toBe('dead');
});

test('goes to older messages page by page, and back to the newest', async () => {
  const page = await visit(console, { path });
  const first = await page.getByRole('rowheader').first().textContent();
  const ids = new Set<string | null>();
  for (let number = 1; number <= 3; number += 1) {
    await page.getByRole('rowheader').nth(49).waitFor();
    for (const id of await page.locator('tbody code').allTextContents()) ids.add(id);
    await page.getByRole('link', { name: 'Go on to older ones' }).click();
    await page.waitForURL((url) => url.searchParams.has('cursor'));
    await expect.poll(() => page.locator('tbody code').first().textContent()).not.toBe(null);
    await expect
      .poll(async () => ids.has(await page.locator('tbody code').first().textContent()))
      .toBe(false);
  }
  expect(ids.size).toBe(150);
  await page.getByRole('link', { name: 'Newest' }).click();
  await expect.poll(() => page.getByRole('rowheader').first().textContent()).toBe(first);
});

test('opens a message by its id, and says what an id looks like', async () => {
  const page = await visit(console, { path });
  const field = page.getByLabel('Message by its id');
  await field.fill('order-1001');
  await field.press('Enter');
  await page.getByText('An id looks like').waitFor();
  const [row] = await console.query<{ id: string }>('select id from millrace.message limit 1');
  await field.fill(` ${row?.id.toUpperCase()} `);
  await field.press('Enter');
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
  expect(page.url()).toContain(row?.id);
});

test('says what is wrong with a filter, and where', async () => {
  const page = await visit(console, { path: `${path}?traceId=xyz` });
  const problem = page.getByRole('alert').filter({ hasText: 'not valid' });
  await problem.waitFor();
  expect(await problem.textContent()).toContain('traceId');
});

test('says that no message fits', async () => {
  const page = await visit(console, { path: `${path}?type=nobody.sends` });
  await page.getByText('No message fits this filter.').waitFor();
});

test('looks well', () =>
  expectGoodLooks(console, {
    // A few of the queue whose groups have hostile names: axe takes its time for each row.
    ...{ name: 'messages', path: `${path}?type=entry.made&status=dead` },
    ready: (page) => page.getByRole('rowheader').first().waitFor(),
  }));
