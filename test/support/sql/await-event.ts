import type { TestDatabase } from '#test/support/database.ts';
import { SqlQueue } from './sql-queue.ts';

/** Lets a message's delivery in a queue wait for an event for a day, as its handler in steps would; other due ones are claimed with it. */
export async function awaitEvent(
  { query }: Pick<TestDatabase, 'query'>,
  id: string,
  { queue, event }: { readonly queue: string; readonly event: string },
): Promise<void> {
  const { deliveries } = await new SqlQueue(queue, '', query).claim({ count: 1_000 });
  const held = deliveries.find((delivery) => delivery.id === id);
  if (!held) throw new Error(`${id} was not claimed`);
  await query('select millrace.wait_in_steps($1, $2, $3, 0, 1, $4, 86400, 1)', [
    queue,
    id,
    held.token,
    event,
  ]);
}
