import type { Database } from '#queue/database.ts';
import { ask } from './ask.ts';

/** What one sweep has found. */
export interface Swept {
  /** How many chords have ended, and the message that follows each is enqueued. */
  readonly ended: number;
  /** Those that stay open since the database refuses the message that follows. */
  readonly refused: readonly RefusedChord[];
  /** The chord after which the next call is to begin; null when it need not be called. */
  readonly next: string | null;
}

export interface RefusedChord {
  readonly id: string;
  /** The type of the message that follows. */
  readonly type: string;
  /** An SQLSTATE. */
  readonly code: string;
  readonly reason: string;
}

/** Ends chords of which all members have ended. Repeated while the database is away, for at most budgetMs. */
export async function sweepChords(
  database: Database,
  { after, budgetMs }: { after: string; budgetMs: number },
): Promise<Swept> {
  const text = 'select millrace.sweep_chords($1) as swept';
  return (await ask<{ swept: Swept }>(database, text, [after], budgetMs)).swept;
}
