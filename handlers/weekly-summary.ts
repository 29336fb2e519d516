// Sends the shop's owner a summary of each week; here, into the log instead of a mailbox.
import { type Database, defineQueue, defineSchedule, on } from '#millrace';
import { summaryDue } from './summary-due.ts';

const recipient = 'owner@bookstore.example';
const timeZone = 'Europe/Berlin';

/** Mondays at nine on the shop's clock, for the week that ended the day before. */
export const everyMonday = defineSchedule({
  name: 'weekly-summary',
  type: summaryDue,
  cron: '0 9 * * MON',
  timeZone,
  catchUp: 'once',
  payload: (dueAt) => ({ weekEnding: dayBefore(dueAt) }),
});

export const summaries = defineQueue({
  name: 'summaries',
  subscriptions: [
    on(summaryDue, async ({ payload }, { database, log }) => {
      const { weekEnding } = payload;
      if (await wasSent(database, weekEnding)) return;
      const week = await paidIn(database, weekEnding);
      log.info('weekly summary sent', { recipient, weekEnding, ...week });
      // Logged after sending: a crash in between sends it twice rather than never.
      await database.query(
        `insert into bookstore.email (week_ending, kind, recipient) values ($1, 'weekly-summary', $2)
         on conflict (week_ending, kind) do nothing`,
        [weekEnding, recipient],
      );
    }),
  ],
});

// At nine in the morning in Berlin it is the same day in UTC.
const dayBefore = (dueAt: Date) =>
  new Date(dueAt.getTime() - 86_400_000).toISOString().slice(0, 10);

async function wasSent(database: Database, weekEnding: string): Promise<boolean> {
  const rows = await database.query(
    `select from bookstore.email where week_ending = $1 and kind = 'weekly-summary'`,
    [weekEnding],
  );
  return rows.length > 0;
}

async function paidIn(database: Database, weekEnding: string) {
  const [week] = await database.query<{ orders: number; amountCents: number }>(
    `select count(*)::integer as orders, coalesce(sum(amount_cents), 0)::float8 as "amountCents"
     from bookstore.payment
     where captured_at >= ($1::date - 6)::timestamp at time zone $2
       and captured_at < ($1::date + 1)::timestamp at time zone $2`,
    [weekEnding, timeZone],
  );
  return week;
}
