// A week of history whose retention is over, so that the consumer's housekeeping drops it in the middle of a load.
import { Client as Connection } from 'pg';
import { payload } from './message.ts';
import { typeName } from './systems/millrace-registry.ts';
import { bystander, type Workspace } from './workspace.ts';

export interface OldWeek {
  /** Makes the next look of the consumer do its housekeeping, which is otherwise due every hour. */
  expire(): Promise<void>;
  /** What has happened since it was asked last: weeks that were dropped, and runs of autovacuum. */
  events(): Promise<{ readonly dropped: number; readonly vacuums: number }>;
  release(): Promise<void>;
}

/** As many messages that were handled in a week ten weeks ago. */
export async function holdHistory({ addresses }: Workspace, count: number): Promise<OldWeek> {
  const connection = new Connection({
    connectionString: addresses.postgres,
    application_name: bystander,
  });
  await connection.connect();
  await connection.query(
    `select millrace.make_partition(parent, w.starts, w.starts + interval '7 days')
     from unnest('{message, attempt, done_attempts}'::text[]) as parent
       cross join (select min(m) - interval '70 days' as starts from millrace.message_weeks() as m) as w`,
  );
  await connection.query(
    `insert into millrace.message (id, type, payload)
     select millrace.uuid_floor(w.starts + n * interval '1 millisecond'), $2, $3::jsonb
     from generate_series(1, $1::integer) as n
       cross join (select min(m) as starts from millrace.message_weeks() as m) as w`,
    [count, typeName(0), JSON.stringify(payload(0))],
  );
  // As after any hour, in which it was done.
  await connection.query('update millrace.setting set maintained_at = statement_timestamp()');
  let before = await observe(connection);
  return {
    async expire() {
      await connection.query(`update millrace.setting set maintained_at = '-infinity'`);
    },
    async events() {
      const now = await observe(connection);
      const events = { dropped: before.weeks - now.weeks, vacuums: now.vacuums - before.vacuums };
      before = now;
      return events;
    },
    release: () => connection.end(),
  };
}

async function observe(connection: Connection): Promise<{ weeks: number; vacuums: number }> {
  const { rows } = await connection.query<{ weeks: number; vacuums: number }>(
    `select (select count(*)::integer from millrace.message_weeks()) as weeks,
       (select coalesce(sum(s.autovacuum_count), 0)::integer from pg_stat_user_tables s) as vacuums`,
  );
  return rows[0] ?? { weeks: 0, vacuums: 0 };
}
