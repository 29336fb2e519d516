// Chords for operators: the open ones, how far one is, and cancelling it.
import type { CancelledChord, ChordStatus, OpenChord } from '#client/chord-answers.ts';
import type { Page } from '#client/common-answers.ts';
import type { Database } from '#queue/database.ts';
import { onlyRow } from '#queue/routines/only-row.ts';

/** The first call cancels none, and each that follows up to 1,000 members. */
const mostCalls = 6;

/**
 * A page of the chords that are open, mostly the oldest first. cursor: nextCursor of the page before, the last id; limit: 1 to 200.
 */
export async function openChords(
  database: Database,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<OpenChord>> {
  const rows = await database.query<{ page: Page<OpenChord> }>(
    'select millrace.open_chords($1, $2) as page',
    [cursor ?? null, limit],
  );
  return onlyRow(rows).page;
}

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
