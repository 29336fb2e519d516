import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';

/** How far a chord is. Instants are ISO 8601. */
export interface ChordStatus {
  /** A version 7 uuid. */
  readonly id: string;
  readonly status: 'open' | 'ended' | 'cancelled';
  readonly createdAt: string;
  /** Null while it is open. */
  readonly endedAt: string | null;
  /** How many messages have joined it so far. */
  readonly members: number;
  /** How many of them have not ended, or are not known to have; see isExact. */
  readonly live: number;
  readonly done: number;
  readonly dead: number;
  readonly cancelled: number;
  /** False when there were too many to look at: some of those that count as live may have ended. */
  readonly isExact: boolean;
  /** The message that follows when all have ended; its id is null until then. */
  readonly followedBy: { readonly type: string; readonly id: string | null };
  /** Why that message cannot be enqueued, so that the chord stays open; null when nothing keeps it. */
  readonly refusal: { readonly code: string; readonly reason: string } | null;
}

/** How many deliveries were cancelled, and whether there may be more. */
export interface CancelledChord {
  readonly cancelled: number;
  readonly more: boolean;
}

/** The first call cancels none, and each that follows up to 1,000 members. */
const mostCalls = 6;

/** Where a chord stands; undefined when none of this id is kept. */
export async function chordStatus(
  database: Database,
  id: string,
): Promise<ChordStatus | undefined> {
  const rows = await database.query<{ chord: ChordStatus | null }>(
    'select millrace.chord($1) as chord',
    [id],
  );
  return onlyRow(rows).chord ?? undefined;
}

/**
 * Cancels a chord, so that nothing follows it, and up to 5,000 of its members that nobody is processing: to be called again while there
 * are more. Undefined when none of this id is kept. The actor is who the audit table names.
 */
export async function cancelChord(
  database: Database,
  id: string,
  actor: string,
): Promise<CancelledChord | undefined> {
  let cancelled = 0;
  for (let calls = 1; ; calls += 1) {
    const rows = await database.query<{ answer: CancelledChord | null }>(
      'select millrace.cancel_chord($1, $2) as answer',
      [id, actor],
    );
    const { answer } = onlyRow(rows);
    if (!answer) return undefined;
    cancelled += answer.cancelled;
    if (!answer.more || calls === mostCalls) return { cancelled, more: answer.more };
  }
}
