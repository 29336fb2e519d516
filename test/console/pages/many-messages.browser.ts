// The pages over many messages: 50,000 by default, a million with `npm run test:many`. How long each takes is printed; what is
// held is that a look costs one call, and reads a bounded number of rows.
import type { Page, Request } from 'playwright-core';
import { expect, test } from 'vitest';
import { openConsole } from '#test/support/console/open-console.ts';
import { seedMessages } from '#test/support/console/seed-messages.ts';
import { visit } from '#test/support/console/visit.ts';

const messages = Number(process.env['MILLRACE_CONSOLE_MESSAGES'] ?? 50_000);

const console = await openConsole();
await seedMessages(console, messages);

/** A scan that is bounded looks at some 10,000 messages with what belongs to them, whatever there is. */
const mostRows = 45_000;

/** Connections hand in what they have counted when they end, and else at their leisure. */
const rowsRead = async () => {
  await console.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state = 'idle'`,
  );
  const [row] = await console.query<{ rows: number }>(
    `select sum(idx_tup_fetch + seq_tup_read)::int as rows from pg_stat_user_tables where schemaname = 'millrace'`,
  );
  return row?.rows ?? 0;
};

const list = '/console/messages';
const letters = '/console/dead-letters';
const looks = [
  ['the newest messages', list],
  ['messages of a type', `${list}?type=export.asked`],
  ['messages that are dead', `${list}?status=dead`],
  ['messages that wait', `${list}?status=scheduled&queue=exports`],
  ['messages of nobody', `${list}?type=nobody.sends`],
  ['messages of a trace', `${list}?traceId=0af7651916cd43dd8448eb211c80319c`],
  ['dead letters by error', letters],
  ['dead letters one by one', `${letters}/letters`],
  ['dead letters of a text', `${letters}/letters?error=shelf`],
] as const;

test('shows each list by one call and few rows', async () => {
  const page = await visit(console, { path: '/console/drains' });
  for (const [name, path] of looks) {
    const { rows, calls, ms } = await look(page, path);
    process.stdout.write(`${messages} messages: ${name} took ${ms} ms and ${rows} rows\n`);
    expect(calls, name).toBe(1);
    expect(rows, name).toBeLessThan(mostRows);
  }
});

async function look(page: Page, path: string) {
  // The page before it may be about to ask again, as it does every few seconds.
  await page.goto('about:blank');
  const before = await rowsRead();
  let calls = 0;
  const count = (request: Request) => {
    // Who calls is asked once after a reload.
    if (/\/v1\/(?!caller)/.test(request.url())) calls += 1;
  };
  page.on('request', count);
  const startedAt = performance.now();
  await page.goto(path);
  await page.locator('.state.empty').or(page.getByRole('rowheader').first()).first().waitFor();
  const ms = Math.round(performance.now() - startedAt);
  page.off('request', count);
  return { calls, ms, rows: (await rowsRead()) - before };
}

test('counts and redrives dead letters of one error among them', async () => {
  await console.query(`select millrace.pause('payments')`);
  const page = await visit(console, { path: `${letters}/letters?queue=payments&error=shelf` });
  await page.getByRole('button', { name: 'Redrive all that fit the filter…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Redrive \d/ }).click();
  await dialog.getByText(/letters? (was|were) redriven\./).waitFor({ timeout: 100_000 });
  const left = await console.query(
    `select from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id
     where q.name = 'payments' and strpos(l.error ->> 'message', 'shelf') > 0`,
  );
  expect(left).toEqual([]);
});
