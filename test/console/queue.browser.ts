// One queue: its figures, its charts, and what operators do to it.
import { expect, test } from 'vitest';
import { expectGoodLooks } from '#test/support/console/every-look.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';

const console = await openConsole();

const waiting = async (queue: string) => {
  const [row] = await console.query<{ count: number }>(
    `select count(*)::int as count from millrace.delivery_status s
     where s.queue = $1 and s.status in ('pending', 'scheduled', 'blocked')`,
    [queue],
  );
  return row?.count;
};

test('is paused and goes on, which is told and seen', async () => {
  const page = await visit(console, { path: '/console/queues/webhooks' });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('webhooks is paused: it accepts messages').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('webhooks goes on.').waitFor();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
});

test('is purged by whoever types its name, in portions', async () => {
  const page = await visit(console, { path: '/console/queues/receipts' });
  expect(await waiting('receipts')).toBeGreaterThan(400);
  await page.getByRole('button', { name: 'Purge…' }).click();
  const purge = page.getByRole('button', { name: 'Purge', exact: true });
  expect(await purge.isDisabled()).toBe(true);
  await page.getByLabel('Type receipts to confirm').fill('receipt');
  expect(await purge.isDisabled()).toBe(true);
  await page.getByLabel('Type receipts to confirm').fill('receipts');
  await purge.click();
  await page.getByText(/\d+ messages of receipts cancelled\./).waitFor();
  expect(await waiting('receipts')).toBe(0);
});

test('lets whoever may not operate look, and no more', async () => {
  const key = await console.keyFor('reader', ['read']);
  const page = await visit(console, { path: '/console/queues/payments', key });
  await page.getByText('Policy').waitFor();
  expect(await page.getByRole('button', { name: /Pause|Purge/ }).count()).toBe(0);
});

test('that is not there is said not to be', async () => {
  const page = await visit(console, { path: '/console/queues/no-such-queue' });
  await page.getByText('No queue has this name.').waitFor();
});

test('draws how it went', async () => {
  const page = await visit(console, { path: '/console/queues/webhooks' });
  await page
    .getByText(/In the last hour \d+ done/)
    .first()
    .waitFor();
  await page.locator('.plot canvas').first().waitFor();
  await page.getByRole('button', { name: 'week' }).click();
  await page
    .getByText(/In the last week \d+ done/)
    .first()
    .waitFor();
});

test('pauses a fairness key and lets it go on, and tells who has most waiting', async () => {
  await console.query(`update millrace.queue set is_fair = true where name = 'exports'`);
  await console.query(
    `select millrace.enqueue('export.asked', '{}', jsonb_build_object('fairnessKey', key))
     from unnest(array['noisy', 'noisy', 'noisy', $1]) as key`,
    [hostile.markup],
  );
  const path = '/console/queues/exports';
  const page = await visit(console, { path });
  await page.getByRole('row', { name: 'noisy 3' }).waitFor();
  await page.getByRole('button', { name: 'Pause noisy' }).click();
  await page.getByText('noisy is paused, others go on.').waitFor();
  await page.getByLabel('Another key').fill('tenant 7');
  await page.getByRole('button', { name: 'Pause it' }).click();
  await page.getByRole('button', { name: 'Resume tenant 7' }).waitFor();
  await expectGoodLooks(console, {
    name: 'queue-keys',
    path,
    ready: (shown) => shown.getByRole('button', { name: 'Resume tenant 7' }).waitFor(),
  });
  await page.getByRole('button', { name: 'Resume noisy' }).click();
  await page.getByText('noisy goes on.').waitFor();
  await page.getByRole('button', { name: 'Pause noisy' }).waitFor();
  const key = await console.keyFor('looker', ['read']);
  const reader = await visit(console, { path, key });
  await reader.getByRole('row', { name: 'noisy 3' }).waitFor();
  expect(await reader.getByRole('button', { name: /Pause|Resume/ }).count()).toBe(0);
});

test('leads to all keys that are paused, however many they are', async () => {
  await console.query(`update millrace.queue set is_fair = true where name = 'ledger'`);
  await console.query(
    `select millrace.pause_key('ledger', 'key ' || lpad(n::text, 3, '0')) from generate_series(1, 101) as n`,
  );
  const page = await visit(console, { path: '/console/queues/ledger' });
  await page.getByRole('button', { name: 'Next paused keys' }).click();
  await page.getByRole('button', { name: 'Resume key 101' }).click();
  await page.getByText('key 101 goes on.').waitFor();
  await page.getByRole('button', { name: 'First paused keys' }).click();
  await page.getByRole('button', { name: 'Resume key 001' }).waitFor();
});

test('looks well', () =>
  expectGoodLooks(console, {
    name: 'queue',
    path: '/console/queues/webhooks',
    ready: (page) => page.getByText('Policy').waitFor(),
  }));

test('looks well with groups that are blocked', () =>
  expectGoodLooks(console, {
    name: 'queue-blocked',
    path: '/console/queues/ledger',
    ready: (page) => page.getByRole('heading', { name: 'Blocked groups' }).waitFor(),
  }));
