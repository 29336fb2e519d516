import type { Database } from '#queue/database.ts';
import { orUnknownQueue } from './unknown-name.ts';

/** Stops claims from a queue, which goes on accepting messages. Throws an UnknownQueue. */
export async function pauseQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownQueue(name, database.query('select millrace.pause($1, $2)', [name, actor]));
}
