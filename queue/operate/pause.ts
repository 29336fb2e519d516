// Pauses a queue and resumes it: for while what its handlers need is away, or their code is being mended.
import type { Database } from '#queue/database.ts';
import { orUnknownName } from './unknown-name.ts';

/**
 * Stops claims from a queue. It goes on accepting messages, and what is being processed is finished and settled. The
 * actor is who the audit table names. Throws an UnknownQueue.
 */
export async function pauseQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownName(name, database.query('select millrace.pause($1, $2)', [name, actor]));
}

/** Lets a paused queue be claimed from again. Throws an UnknownQueue. */
export async function resumeQueue(database: Database, name: string, actor: string): Promise<void> {
  await orUnknownName(name, database.query('select millrace.resume($1, $2)', [name, actor]));
}
