import { expect, onTestFinished, test } from 'vitest';
import { registry } from '#handlers/registry.ts';
import { summaryDue } from '#handlers/summary-due.ts';
import { everyMonday } from '#handlers/weekly-summary.ts';
import { migrate } from '#migrations/migrate.ts';
import { drain } from '#queue/drain/drain.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';

async function setup() {
  const own = await createDatabase();
  onTestFinished(() => own.drop());
  const log = recordingLog();
  const { url, database } = own;
  await migrate({ url, registry, log, applicationTables: 'handlers/tables' });
  return {
    ...own,
    log,
    drain: () => drain({ database, registry, log, remainingMs: () => 60_000 }),
    emails: () =>
      own.query(
        `select week_ending::text as "weekEnding", order_id as "orderId", recipient
         from bookstore.email where kind = 'weekly-summary' order by 1`,
      ),
  };
}

test('is due on Mondays at nine in Berlin, for the week that ended the day before', () => {
  const dueAt = everyMonday.rule.after(new Date('2026-10-20T00:00:00Z'));
  expect(dueAt.toISOString()).toBe('2026-10-26T08:00:00.000Z');
  expect(everyMonday.payloadFor(dueAt)).toEqual({ weekEnding: '2026-10-25' });
});

test('is scheduled, sent, and logged after sending', async () => {
  const { query, drain, emails, log } = await setup();
  await drain();
  await query(`update millrace.schedule set next_due_at = next_due_at - interval '7 days'`);
  expect(await drain()).toMatchObject({ done: 1 });
  const sent = await emails();
  expect(sent).toEqual([
    { weekEnding: expect.any(String), orderId: null, recipient: 'owner@bookstore.example' },
  ]);
  const { weekEnding } = sent[0] as { weekEnding: string };
  expect(new Date(weekEnding).getUTCDay()).toBe(0);
  expect(log.lines).toContainEqual({
    level: 'info',
    message: 'weekly summary sent',
    attributes: expect.objectContaining({ weekEnding, orders: 0, amountCents: 0 }),
  });
});

test('sums up the payments of its week on the shop’s clock, and is sent once', async () => {
  const { database, query, drain, emails, log } = await setup();
  await query(
    `insert into bookstore.payment (order_id, amount_cents, attempt, captured_at) values
       ('before', 1, 1, '2026-10-18 21:59:59Z'), ('first', 10, 1, '2026-10-18 22:00Z'),
       ('last', 100, 1, '2026-10-25 22:59:59Z'), ('after', 1000, 1, '2026-10-25 23:00Z')`,
  );
  const message = { type: summaryDue.name, payload: { weekEnding: '2026-10-25' } };
  await enqueueMessages(database, [
    { ...message, id: uuidV7() },
    { ...message, id: uuidV7() },
  ]);
  await drain();
  await enqueueMessages(database, [{ ...message, id: uuidV7() }]);
  await drain();
  expect(await emails()).toMatchObject([{ weekEnding: '2026-10-25' }]);
  const sums = log.lines.filter(({ message }) => message === 'weekly summary sent');
  for (const { attributes } of sums)
    expect(attributes).toMatchObject({ orders: 2, amountCents: 110 });
});
