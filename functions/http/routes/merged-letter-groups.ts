// What killed letters, over several databases.
import type { DeadLetterGroups } from '#client/dead-letter-answers.ts';
import { byInstant } from '#functions/http/spread/compare.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

/** An answer has no more, as that of one database. */
const mostGroups = 100;

type Group = DeadLetterGroups['items'][number];

/** Most frequent first. The error is that of the newest letter of all. */
export const mergedLetterGroups = (answers: readonly DeadLetterGroups[]): DeadLetterGroups => ({
  items: groupedBy(
    answers.flatMap(({ items }) => items),
    ({ queue, type, fingerprint }) => [queue, type, fingerprint].join(' '),
  )
    .map((groups) => groups.reduce(both))
    .toSorted((one, other) => other.count - one.count || byInstant(other.newestAt, one.newestAt))
    .slice(0, mostGroups),
  counted: answers.reduce((sum, { counted }) => sum + counted, 0),
  more: answers.some(({ more }) => more),
});

function both(one: Group, other: Group): Group {
  const [older, newer] = byInstant(one.newestAt, other.newestAt) < 0 ? [one, other] : [other, one];
  const isOldest = byInstant(older.oldestAt, newer.oldestAt) < 0;
  return {
    ...newer,
    count: one.count + other.count,
    oldestAt: isOldest ? older.oldestAt : newer.oldestAt,
  };
}
