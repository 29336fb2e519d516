import type { Database } from './database.ts';
import { orUnknownQueue } from './or-unknown-queue.ts';

/** Lets a paused queue be claimed from again. Throws an UnknownQueue. */
export async function resumeQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownQueue(name, database.query('select millrace.resume($1, $2)', [name, actor]));
}
