// Changes of at most so many things: database after database, until there have been so many.
import { type Away, type Each, isAway } from './outcome.ts';
import { noneOf, requireAll, type Spread } from './spread.ts';

interface Portion {
  /** Whether to call again for the rest. */
  readonly more: boolean;
}

interface Portions<Asked, Answer> {
  /** Of how many things the call is at most. */
  readonly limit: (asked: Asked) => number;
  /** The number of the database in which the call before has ended; default 0. */
  readonly first?: (asked: Asked) => number;
  /** What is asked of a database when so many are left; isFirst: whether the call before has ended there. */
  readonly rest: (asked: Asked, left: number, isFirst: boolean) => Asked;
  /** How many things it was. */
  readonly count: (answer: Answer) => number;
  readonly add: (before: Answer, answer: Answer) => Answer;
  /** The answer of a call that goes on in this database. */
  readonly goOn?: (answer: Answer, number: number, asked: Asked) => Answer;
}

/** As inAll: carried out wherever it can be, and answered once those that are asked have answered. */
export const inPortions = <Asked, Answer extends Portion>(
  portions: Portions<Asked, Answer>,
): Spread<Asked, Answer> => ({
  gather: (each, asked) => gather(portions, each, asked),
});

async function gather<Asked, Answer extends Portion>(
  { limit, first = () => 0, rest, count, add, goOn = (answer) => answer }: Portions<Asked, Answer>,
  each: Each<Answer | undefined, Asked>,
  asked: Asked,
): Promise<Answer | undefined> {
  const away: Away[] = [];
  const begin = first(asked);
  let left = limit(asked);
  let sum: Answer | undefined;
  for (let number = begin; number < each.count && !sum?.more; number += 1) {
    if (sum && left <= 0) sum = goOn({ ...sum, more: true }, number, asked);
    else {
      const outcome = await each.at(number, rest(asked, left, number === begin));
      if (isAway(outcome)) away.push(outcome);
      else if (outcome.answer) {
        left -= count(outcome.answer);
        sum = sum ? add(sum, outcome.answer) : outcome.answer;
      }
    }
  }
  if (!sum) return noneOf(away, each.count);
  requireAll(away);
  return sum;
}
