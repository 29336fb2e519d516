import type { Database } from '#queue/database.ts';
import { orUnknownQueue } from './unknown-name.ts';

/** Lets a paused queue be claimed from again. Throws an UnknownQueue. */
export async function resumeQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownQueue(name, database.query('select millrace.resume($1, $2)', [name, actor]));
}
