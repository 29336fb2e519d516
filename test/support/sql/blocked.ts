import { expect } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** Waits until so many connections of this database wait for a lock that another one holds. */
export async function untilBlocked(db: TestDatabase, count = 1): Promise<void> {
  const text = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(() => db.query(text)).toHaveLength(count);
}

/**
 * Whether a call of another connection waits for a lock before it answers. One of the two must come, so a test that
 * expects an answer fails at once where it would otherwise hang.
 */
export async function waitsForLock(db: TestDatabase, call: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  call.then(over, over);
  const text = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) {
    const waiting = await db.query(text);
    // Looked at after the question: a call that has answered meanwhile had no lasting wait.
    if (isOver) return false;
    if (waiting.length > 0) return true;
  }
}
