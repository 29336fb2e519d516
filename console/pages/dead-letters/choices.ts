// Which letters a redrive or a discard means, as the API is told of them.
import type {
  DeadLetter,
  DeadLetterChoice,
  DeadLetterFilter,
} from '#client/dead-letter-answers.ts';

/** The most ids that one call takes. */
const mostIds = 1_000;

export type LetterName = Pick<DeadLetter, 'messageId' | 'queue'>;

/** One text for a letter: its message may have died in several queues. */
export function letterKey({ messageId, queue }: LetterName): string {
  return `${messageId} ${queue}`;
}

/** Letters that somebody has selected: by queue, since an id alone would mean its message's letters in all queues. */
export function choicesOfLetters(letters: readonly LetterName[]): readonly DeadLetterChoice[] {
  const byQueue = Map.groupBy(letters, ({ queue }) => queue);
  return [...byQueue].flatMap(([queue, ofQueue]) => {
    const ids = ofQueue.map(({ messageId }) => messageId);
    return portionsOf(ids).map((portion) => ({ ids: portion, filter: { queue } }));
  });
}

function portionsOf(ids: readonly string[]): readonly (readonly string[])[] {
  const portions: string[][] = [];
  for (let at = 0; at < ids.length; at += mostIds) portions.push(ids.slice(at, at + mostIds));
  return portions;
}

/**
 * All that fit a filter and died no later than the newest that the page shows. Without that end, letters that die again while
 * a redrive goes on would be sent round by it for ever, and by the clock of the database, not of the browser.
 */
export function choiceOfFilter(filter: DeadLetterFilter, newestAt: string): DeadLetterChoice {
  const end = new Date(Date.parse(newestAt) + 1).toISOString();
  const before = filter.before !== undefined && filter.before < end ? filter.before : end;
  return { filter: { ...filter, before } };
}
