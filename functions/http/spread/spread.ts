// How a route's one call becomes calls of several databases, and their answers one answer. A route declares which of these it is;
// with a single database none of it runs.
import type { Partly } from '#client/common-answers.ts';
import { DatabasesAway } from '#functions/http/databases-away.ts';
import { type Answered, type Away, type Each, isAway, type Outcome } from './outcome.ts';

export interface Spread<Asked, Answer> {
  /** Undefined when no database has what was asked for. Throws DatabasesAway where those that are away would have to answer, too. */
  gather(
    each: Each<Answer | undefined, Asked>,
    asked: Asked,
  ): Promise<(Answer & Partly) | undefined>;
}

/** Makes one answer of those of several databases, in the order of their numbers. count: how many databases there are in all. */
export type Merge<Answer, Asked = unknown> = (
  answers: readonly [Answer, ...Answer[]],
  asked: Asked,
  count: number,
) => Answer;

/** For what only database 0 has, such as schedules. */
export const ofFirst = {
  gather: async <Answer>(each: Each<Answer>) => answerOf(await each.at(0)),
} as const;

/** Reads of what is in all databases. Where some are away, the answer is of the others and says so. */
export const ofAll = <Answer extends object, Asked = unknown>(
  merge: Merge<Answer, Asked>,
): Spread<Asked, Answer> => ({
  async gather(each, asked) {
    const { found, away } = await askAll(each, numbersOf(each));
    if (!hasSome(found)) return noneOf(away, each.count);
    const answer = merge(answersOf(found), asked, each.count);
    return away.length === 0
      ? answer
      : { ...answer, databasesAway: away.map(({ number }) => number) };
  },
});

/** Changes of what is in all databases: carried out wherever they can be, and answered once they have been in all. */
export const inAll = <Answer extends object, Asked = unknown>(
  merge: Merge<Answer, Asked>,
): Spread<Asked, Answer> => ({
  async gather(each, asked) {
    const { found, away } = await askAll(each, numbersOf(each));
    if (!hasSome(found)) return noneOf(away, each.count);
    requireAll(away);
    return merge(answersOf(found), asked, each.count);
  },
});

export const numbersOf = ({ count }: Pick<Each<unknown>, 'count'>): number[] =>
  Array.from({ length: count }, (_, number) => number);

/** Asks these databases at once. found: what those that have it answer, in the order of their numbers. */
export async function askAll<Answer>(
  each: Each<Answer | undefined>,
  numbers: readonly number[],
): Promise<{ readonly found: readonly Answered<Answer>[]; readonly away: readonly Away[] }> {
  const outcomes = await Promise.all(numbers.map((number) => each.at(number)));
  return { found: outcomes.filter(hasAnswer), away: outcomes.filter(isAway) };
}

export const hasAnswer = <Answer>(
  outcome: Outcome<Answer | undefined>,
): outcome is Answered<Answer> => !isAway(outcome) && outcome.answer !== undefined;

function answerOf<Answer>(outcome: Outcome<Answer>): Answer {
  if (isAway(outcome)) throw outcome.error;
  return outcome.answer;
}

/** That nobody has it is known only when all have said so; undefined then. */
export function noneOf(away: readonly Away[], count: number): undefined {
  const [first] = away;
  if (!first) return undefined;
  if (away.length === count) throw first.error;
  throw awayBut('The databases that answer do not have it', away);
}

/** Throws unless a change was carried out everywhere. */
export function requireAll(away: readonly Away[]): void {
  if (away.length > 0) throw awayBut('It was carried out in the other databases', away);
}

const awayBut = (done: string, away: readonly Away[]) =>
  new DatabasesAway(
    done,
    away.map(({ number }) => number),
    away[0]?.error,
  );

type Some<Item> = readonly [Item, ...Item[]];
const hasSome = <Item>(items: readonly Item[]): items is Some<Item> => items.length > 0;
const answersOf = <Answer>(found: Some<Answered<Answer>>) =>
  found.map(({ answer }) => answer) as unknown as Some<Answer>;
