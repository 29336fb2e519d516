// Pausing a queue and resuming it.
import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

/** Stops claims from a queue, which goes on accepting messages. Throws an UnknownQueue. */
export async function pauseQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownName(name, database.query('select millrace.pause($1, $2)', [name, actor]));
}

/** Lets a paused queue be claimed from again. Throws an UnknownQueue. */
export async function resumeQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownName(name, database.query('select millrace.resume($1, $2)', [name, actor]));
}
