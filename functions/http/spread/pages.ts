// Lists of several databases. Each is asked for a page from its own place, and the cursor has the places of all: so the list goes
// over all of them whatever their order rests on, and nothing is passed over that a database has which was away.
import type { Page } from '#client/common-answers.ts';
import type { Answered } from './outcome.ts';
import { type Place, writePlaces } from './places.ts';
import { askAll, noneOf, numbersOf, type Spread } from './spread.ts';

// An alias, so that the declaration of several.ts can spell it out.
type PagesAsked = {
  readonly query: { readonly limit: number; readonly cursor?: string };
  /** By the number of the database. */
  readonly places: readonly Place[];
};

interface Pages<Item, Rest> {
  /** Which of two items comes first, as sort has it. */
  readonly order: (one: Item, other: Item) => number;
  /** The cursor for what comes behind an item. Items that have the same one stay together. */
  readonly cursorOf: (item: Item) => string;
  /** What the answer has besides items and cursor. isFull: whether there were as many items as were asked for. */
  readonly rest?: (answers: readonly Rest[], isFull: boolean) => Rest;
  /** What is left out. */
  readonly isHidden?: (item: Item) => boolean;
}

export const inPages = <Item, Rest extends object = object>(
  pages: Pages<Item, Rest>,
): Spread<PagesAsked, Page<Item> & Rest> => ({
  async gather(each, asked) {
    const { places, query } = asked;
    const numbers = numbersOf(each).filter((number) => places[number] !== null);
    const at = (number: number) => {
      const cursor = places[number];
      return each.at(number, { ...asked, query: { ...query, ...(cursor && { cursor }) } });
    };
    const { found, away } = await askAll({ ...each, at }, numbers);
    if (found.length === 0) return noneOf(away, each.count);
    const { items, used } = taken(pages, found, query.limit);
    const next = [...places];
    for (const page of found) next[page.number] = placeAfter(pages, page, used, places);
    const isOver = found.every(({ number }) => next[number] === null);
    const answers = found.map(({ answer }) => answer);
    const rest = pages.rest?.(answers, items.length >= query.limit) ?? ({} as Rest);
    return {
      ...rest,
      items: items.filter((item) => !pages.isHidden?.(item)),
      nextCursor: isOver ? null : writePlaces(next),
      ...(away.length > 0 && { databasesAway: away.map(({ number }) => number) }),
    };
  },
});

/**
 * The items in their order, up to the limit. They end where the page of one database does that has others behind it, since those
 * might come next.
 */
function taken<Item>(
  { order, cursorOf }: Pick<Pages<Item, never>, 'order' | 'cursorOf'>,
  found: readonly Answered<Page<Item>>[],
  limit: number,
) {
  const used = new Map(found.map(({ number }) => [number, 0]));
  const items: Item[] = [];
  const headOf = ({ number, answer }: Answered<Page<Item>>) => answer.items[used.get(number) ?? 0];
  let last: string | undefined;
  for (;;) {
    const heads = found.map((page) => ({ page, item: headOf(page) }));
    if (heads.some(({ page, item }) => item === undefined && page.answer.nextCursor !== null))
      break;
    const [next] = heads
      .flatMap(({ page, item }) => (item === undefined ? [] : [{ page, item }]))
      .toSorted((one, other) => order(one.item, other.item));
    if (!next || (items.length >= limit && cursorOf(next.item) !== last)) break;
    items.push(next.item);
    last = cursorOf(next.item);
    used.set(next.page.number, (used.get(next.page.number) ?? 0) + 1);
  }
  return { items, used };
}

function placeAfter<Item>(
  { cursorOf }: Pick<Pages<Item, never>, 'cursorOf'>,
  { number, answer }: Answered<Page<Item>>,
  used: ReadonlyMap<number, number>,
  places: readonly Place[],
): Place {
  const count = used.get(number) ?? 0;
  if (count === answer.items.length) return answer.nextCursor;
  const last = answer.items[count - 1];
  return last === undefined ? (places[number] ?? '') : cursorOf(last);
}
