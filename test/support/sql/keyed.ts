// Messages under an idempotency key, and the end of the key's window.
import type { TestDatabase } from '#test/support/database.ts';
import type { Enqueued, SqlQueue } from './sql-queue.ts';

/** A message under the key "k", unless told otherwise. */
export const keyed = (more: object = {}) => ({ idempotencyKey: 'k', ...more });

/** The same with replace. */
export const replacing = (more: object = {}) => keyed({ replace: true, ...more });

export async function enqueueOne(queue: SqlQueue, message: object): Promise<Enqueued> {
  const [answer] = await queue.enqueueMany([message]);
  if (!answer) throw new Error('the enqueue gave no answer');
  return answer;
}

/** Every key's window ended a second ago. */
export async function expireKeys(db: TestDatabase): Promise<void> {
  await db.query(
    `with old as materialized (
       -- In key order, as enqueues lock them.
       select ctid as place from millrace.idempotency_key order by type, key for update
     )
     update millrace.idempotency_key k set expires_at = statement_timestamp() - interval '1 second'
     from old
     where k.ctid = old.place`,
  );
}
