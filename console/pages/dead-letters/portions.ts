// Redriving and discarding many letters: a portion a call, until there are no more or somebody stops it between two calls.
// It ends by itself, since only letters are meant that died before it began: what dies again is newer.
import type { DeadLetterChoice, Discarded, Redriven } from '#client/dead-letter-answers.ts';
import { counted } from '#console/parts/words.ts';

export type Deed = 'redrive' | 'discard';

/** What one call has done. */
export interface Portion {
  readonly matched: number;
  readonly done: number;
  readonly more: boolean;
  readonly nextCursor: string | null;
}

export function portionOf(answer: Redriven | Discarded): Portion {
  const { matched, more, nextCursor } = answer;
  return {
    matched,
    more,
    nextCursor,
    done: 'redriven' in answer ? answer.redriven : answer.discarded,
  };
}

/** A portion takes less than a second, so that a stop is heard soon. */
const portionSize = 1_000;
/** How far one dry run counts. */
const countedAtOnce = 10_000;
/** Beyond so many it is enough to know that there are more: ten dry runs take a second. */
const countedAtMost = 100_000;

export interface Portions {
  readonly act: (choice: DeadLetterChoice) => Promise<Portion>;
  /** Which letters are meant, in turn. */
  readonly choices: readonly DeadLetterChoice[];
  /** Is told, after each portion, how many it has done so far. */
  readonly onProgress: (done: number) => void;
  /** Asked between portions. */
  readonly isStopped: () => boolean;
}

/** How many were done, and whether all that was meant is. What fails in the middle leaves done what is done. */
export async function doPortions(portions: Portions): Promise<{ done: number; whole: boolean }> {
  const { act, choices, onProgress, isStopped } = portions;
  let done = 0;
  for (const choice of choices) {
    let cursor: string | undefined;
    let more = true;
    while (more) {
      if (isStopped()) return { done, whole: false };
      const portion = await act({ ...choice, limit: portionSize, ...(cursor && { cursor }) });
      done += portion.done;
      onProgress(done);
      cursor = portion.nextCursor ?? undefined;
      more = portion.more;
    }
  }
  return { done, whole: true };
}

export interface Counted {
  readonly matched: number;
  /** Whether there are more than were counted. */
  readonly more: boolean;
}

/** What dry runs of all choices count together. */
export async function countLetters({
  act,
  choices,
}: Pick<Portions, 'act' | 'choices'>): Promise<Counted> {
  let matched = 0;
  let more = false;
  for (const choice of choices) {
    let cursor: string | null = null;
    do {
      const portion: Portion = await act({
        ...{ ...choice, limit: countedAtOnce, dryRun: true },
        ...(cursor && { cursor }),
      });
      matched += portion.matched;
      more ||= portion.more && (portion.nextCursor === null || matched >= countedAtMost);
      cursor = portion.more ? portion.nextCursor : null;
    } while (cursor && matched < countedAtMost);
  }
  return { matched, more };
}

/** What was done, in a sentence; also when it was stopped, or failed in the middle. */
export function doneSentence(deed: Deed, done: number, isWhole: boolean): string {
  const letters = counted(done, 'letter was', 'letters were');
  const ended = `${letters} ${deed === 'redrive' ? 'redriven' : 'discarded'}`;
  return isWhole ? `${ended}.` : `${ended}; the others are as they were.`;
}
