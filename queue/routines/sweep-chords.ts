import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

/** What one sweep has found. */
export interface Swept {
  /** How many chords have ended, and the message that follows each is enqueued. */
  readonly ended: number;
  /** How many of those that it has looked at are open still. */
  readonly open: number;
  /** For how long the oldest of these has been open; 0 when there is none. */
  readonly oldestSeconds: number;
  /** Those that stay open since the database refuses the message that follows, as they are logged. */
  readonly refused: readonly Readonly<Record<string, unknown>>[];
  /** The chord after which the next call is to begin; null when it need not be called. */
  readonly next: string | null;
}

/**
 * Ends chords of which all members have ended. after: `next` of the call before, null at first. Repeated while the database is away, for
 * at most budgetMs.
 */
export async function sweepChords(
  database: Database,
  after: string | null,
  budgetMs: number,
): Promise<Swept> {
  const text = 'select millrace.sweep_chords($1) as swept';
  return (await ask<{ swept: Swept }>(database, text, [after], budgetMs)).swept;
}
