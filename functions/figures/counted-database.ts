// Counts what the database refuses, whoever asked.

import { kindOfFailure } from '#functions/runtime/kind-of-failure.ts';
import type { QueueDatabase } from '#functions/runtime/queue-database.ts';
import type { Database } from '#queue/database.ts';
import type { FailureKind } from '#queue/routines/failure-kind.ts';
import type { Figures } from './figures.ts';

/** Somebody has to give it room, rights or another address. One that does not answer at all may only be asleep. */
const refusals: readonly FailureKind[] = [
  'busy',
  'read-only',
  'full',
  'misconfigured',
  'unmigrated',
];

/** The same database. Each call that it refuses is counted, also one that is made again and succeeds. */
export function countedDatabase<Opened extends Database>(
  database: QueueDatabase<Opened>,
  figures: Figures | undefined,
): QueueDatabase<Opened> {
  if (!figures) return database;
  const counting = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    try {
      return await call;
    } catch (error) {
      if (refusals.includes(kindOfFailure(error))) figures.count('DatabaseRefused');
      throw error;
    }
  };
  return {
    use: (run) => counting(database.use(run)),
    query: (text, parameters) => counting(database.query(text, parameters)),
    connected: (run) => counting(database.connected(run)),
  };
}
