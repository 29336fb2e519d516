import type { Session } from '#queue/database.ts';

/** Runs the work in one transaction: all of it or nothing. */
export async function inTransaction(session: Session, work: () => Promise<void>): Promise<void> {
  await session.script('begin');
  try {
    await work();
    await session.script('commit');
  } catch (error) {
    // The connection may be what failed; then the server rolls back by itself.
    await session.script('rollback').catch(() => {});
    throw error;
  }
}
