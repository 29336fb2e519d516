import type { Session } from '#queue/database.ts';

/** What has become of the handler's transaction, in the words of begin-clean.ts. */
interface Look {
  readonly transaction: string | null;
}

const look = `select current_setting('millrace.transaction', true) as transaction`;

/**
 * Rolls back what is open on a session, and answers whether the handler had ended its transaction before: then it is not
 * the one that begin-clean.ts began.
 *
 * One round trip; two where a statement has failed, since Postgres then takes nothing but the rollback. The look behind
 * it still tells of a commit. Unnoticed is only who rolls back, commits something else, and fails in a third transaction.
 */
export async function rollBack(session: Session): Promise<boolean> {
  try {
    const [found] = await session.script<Look>(`${look}; rollback`);
    return found?.transaction !== 'open';
  } catch {
    const [found] = await session.script<Look>(`rollback; ${look}`);
    return found?.transaction === 'committed';
  }
}
