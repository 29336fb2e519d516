// The fairness keys of several databases: a key may have messages in all of them, and is paused in all of them.
import type { PausedKey, WaitingKey } from '#client/queue-answers.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

// Aliases, so that the declaration of several.ts can spell them out.
type Asked = {
  readonly query: { readonly limit: number };
};
type Paused = {
  readonly items: readonly PausedKey[];
  readonly nextCursor: string | null;
};
type Waiting = {
  readonly items: readonly WaitingKey[];
};

/** Each once. All were asked for a page from the same key on, so the first of them all are the page. */
export function mergedPausedKeys(answers: readonly Paused[], { query }: Asked): Paused {
  const all = groupedBy(
    answers.flatMap(({ items }) => items),
    ({ fairnessKey }) => fairnessKey,
  )
    .map((keys) => keys.reduce((one) => one))
    .toSorted((one, other) => byBytes(one.fairnessKey, other.fairnessKey));
  const items = all.slice(0, query.limit);
  const isLast = all.length === items.length && answers.every((page) => page.nextCursor === null);
  return { items, nextCursor: isLast ? null : (items.at(-1)?.fairnessKey ?? null) };
}

/** As each database orders its page: in another order, keys would be passed over from one page to the next. */
const byBytes = (one: string, other: string) =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Those that have most in all databases together, as far as each has told of them. */
export const mergedWaitingKeys = (answers: readonly Waiting[], { query }: Asked): Waiting => ({
  items: groupedBy(
    answers.flatMap(({ items }) => items),
    // No key is empty.
    ({ fairnessKey }) => fairnessKey ?? '',
  )
    .map((keys) => keys.reduce(both))
    .toSorted((one, other) => other.waiting - one.waiting)
    .slice(0, query.limit),
});

const both = ({ fairnessKey, waiting }: WaitingKey, other: WaitingKey): WaitingKey => ({
  fairnessKey,
  waiting: waiting + other.waiting,
});
