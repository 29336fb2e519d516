// Chords as their producers see them: enqueueing one, and looking how far it is.
import type { Database } from '#queue/database.ts';
import { type Enqueued, type EnqueuedToWake, enqueuedOf, type NewMessage } from './enqueue.ts';
import { onlyRow } from './only-row.ts';
import { refusing } from './refusal.ts';

/** A set of messages, and the one that is enqueued when all of them have ended. */
export interface NewChord {
  /** A version 7 uuid. */
  readonly id: string;
  /** With ids, so that the call may be made again. At least one. */
  readonly messages: readonly NewMessage[];
  readonly followedBy: Omit<NewMessage, 'id'>;
}

/** What became of the enqueue of a chord, and what has to be known to wake a consumer for it. */
export interface EnqueuedChord extends EnqueuedToWake {
  readonly enqueued: Enqueued[];
}

/**
 * Stores a chord in one round trip and one transaction; may be repeated when its answer was lost. Throws an EnqueueRefused that says
 * which message it is and why: that of the message which follows has the number of the others as its index. caller and isEager: as in
 * enqueueToWake.
 */
export async function enqueueChord(
  database: Database,
  chord: NewChord,
  { caller, isEager }: { readonly caller: string | null; readonly isEager: boolean },
): Promise<EnqueuedChord> {
  const asked = database.query<{ answer: EnqueuedChord }>(
    'select millrace.enqueue_chord($1, $2, $3) as answer',
    [JSON.stringify(chord), caller, isEager],
  );
  const { answer } = onlyRow(await refusing(asked));
  return { ...answer, enqueued: enqueuedOf(answer.enqueued, chord.messages) };
}
