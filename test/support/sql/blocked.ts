import { expect } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** Waits until so many connections of this database wait for a lock that another one holds. */
export async function untilBlocked(db: TestDatabase, count = 1): Promise<void> {
  const text = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(() => db.query(text)).toHaveLength(count);
}
