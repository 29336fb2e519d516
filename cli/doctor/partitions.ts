// The weeks in which messages and attempts lie, and the housekeeping that makes and drops them.

import { spanText } from '#cli/print/time.ts';
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { type Check, type Finding, ok } from './finding.ts';

type Found = Omit<Finding, 'check'>;

export const partitionChecks = (database: Database): readonly Check[] => [
  { name: 'coming weeks', look: () => comingWeeks(database) },
  { name: 'misdated messages', look: () => defaults(database) },
  { name: 'housekeeping', look: () => housekeeping(database) },
];

async function comingWeeks(database: Database): Promise<readonly Found[]> {
  const rows = await database.query<{ name: string }>(
    `select w.name from (
       select parent || to_char(
         (date_trunc('week', statement_timestamp(), 'UTC') + n * interval '7 days') at time zone 'UTC', '_YYYYMMDD'
       ) as name
       from generate_series(0, 1) as n cross join unnest(array['message', 'attempt', 'done_attempts', 'step', 'event']) as parent
     ) as w
     where not exists (
       select from pg_class c
       where c.relnamespace = 'millrace'::regnamespace and c.relname = w.name and c.relispartition
     )`,
  );
  if (rows.length === 0) return [ok('this week and the next are made')];
  return [
    {
      level: 'bad',
      says: `${rows.map(({ name }) => name).join(' and ')} are missing`,
      means: 'messages go to the default partition, which retention has to empty row by row',
      todo: 'select millrace.maintain(); when that makes none, a long transaction holds the table: see old snapshots',
    },
  ];
}

async function defaults(database: Database): Promise<readonly Found[]> {
  const rows = await database.query<{ name: string }>(
    `select 'message_default' as name where exists(select from millrace.message_default)
     union all select 'attempt_default' where exists(select from millrace.attempt_default)
     union all select 'done_attempts_default' where exists(select from millrace.done_attempts_default)
     union all select 'step_default' where exists(select from millrace.step_default)
     union all select 'event_default' where exists(select from millrace.event_default)`,
  );
  if (rows.length === 0) return [ok('the default partitions are empty')];
  return [
    {
      level: 'warn',
      says: `${rows.map(({ name }) => name).join(' and ')} has rows`,
      means: 'some producer makes ids with a clock that is weeks off',
      todo: 'npx millrace messages shows the newest ids and their types; mend the clock of who sends them',
    },
  ];
}

/** It is due each hour, and a tick does it. */
const lateSeconds = 3 * 3_600;

async function housekeeping(database: Database): Promise<readonly Found[]> {
  const { age, isBehind } = onlyRow(
    await database.query<{ age: number | null; isBehind: boolean }>(
      `select maintained_at = '-infinity' as "isBehind",
         case when maintained_at > '-infinity' then extract(epoch from now() - maintained_at)::float8 end as age
       from millrace.setting`,
    ),
  );
  if (isBehind)
    return [
      {
        level: 'warn',
        says: 'the last one could not do everything, or there was none',
        means: 'what is past its retention is still there',
        todo: 'wait for the next tick, or: select millrace.maintain()',
      },
    ];
  const says = `done ${spanText(age ?? 0)} ago`;
  if ((age ?? 0) < lateSeconds) return [ok(says)];
  return [
    {
      ...{ level: 'warn', says, means: 'no drain has come to its end since' },
      todo: "look at the consumer's log for drains that fail or run out of time",
    },
  ];
}
