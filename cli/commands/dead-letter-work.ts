// Redriving and discarding dead letters: counted first, agreed to, then done in portions.
import { Failure } from '#cli/failure.ts';
import { type Tools, withReach } from '#cli/reach/with-reach.ts';
import type { DeadLetterChoice } from '#client/dead-letter-answers.ts';
import type { Operations } from '#client/operations.ts';
import { type ConsentFlags, requireConsent } from './consent.ts';
import { type FilterFlags, filterOf } from './dead-letter-filter.ts';
import { type Portion, workInPortions } from './portions.ts';

interface ChoiceFlags extends FilterFlags, ConsentFlags {
  readonly all?: boolean;
}

interface Answer {
  readonly matched: number;
  readonly more: boolean;
  readonly nextCursor: string | null;
}

interface Deed {
  readonly verb: string;
  /** What it is called before it is done. */
  readonly infinitive: string;
  /** Whether it may be done to a single letter without being asked. */
  readonly isHarmless: boolean;
  readonly call: (operations: Operations, choice: DeadLetterChoice) => Promise<Answer>;
}

const redrive: Deed = {
  verb: 'redriven',
  infinitive: 'redrive',
  isHarmless: true,
  call: (operations, choice) => operations.redrive(choice),
};

const discard: Deed = {
  verb: 'discarded',
  infinitive: 'discard',
  isHarmless: false,
  call: (operations, choice) => operations.discard(choice),
};

export const redriving = (ids: readonly string[], flags: ChoiceFlags): Promise<void> =>
  withReach(flags, (tools) => work(redrive, choiceOf(ids, flags), flags, tools));

export const discarding = (ids: readonly string[], flags: ChoiceFlags): Promise<void> =>
  withReach(flags, (tools) => work(discard, choiceOf(ids, flags), flags, tools));

/** All of them are never meant by an oversight. */
function choiceOf(ids: readonly string[], flags: ChoiceFlags): DeadLetterChoice {
  const filter = filterOf(flags);
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length === 0 && !isFiltered && !flags.all)
    throw new Failure(
      'usage',
      'Say which ones: by their ids, by a filter such as --queue payments, or by --all',
    );
  if (ids.length > 0) return isFiltered ? { ids, filter } : { ids };
  return { filter };
}

async function work(
  deed: Deed,
  choice: DeadLetterChoice,
  flags: ChoiceFlags,
  { operations, print }: Tools,
): Promise<void> {
  const { queue } = choice.filter ?? {};
  // A misspelt queue has no dead letters, which would look as if all were well.
  if (queue !== undefined) await operations.queue(queue);
  const { verb, infinitive } = deed;
  const total = await countAll((page) => deed.call(operations, { ...choice, ...page }));
  if (flags.dryRun || total === 0) {
    print.show({ matched: total, [verb]: 0 }, () =>
      flags.dryRun ? `Would ${infinitive} ${total}.` : `There is nothing to ${infinitive}.`,
    );
    return;
  }
  if (total > 1 || !deed.isHarmless)
    await requireConsent(flags, {
      sentence: `This ${infinitive}s ${total} dead letter${total === 1 ? '' : 's'}`,
      expected: String(total),
    });
  const portion = async (limit: number, cursor: string | undefined): Promise<Portion> => {
    const page = cursor === undefined ? { limit } : { limit, cursor };
    const { matched, ...rest } = await deed.call(operations, { ...choice, ...page });
    return { count: matched, ...rest };
  };
  await workInPortions({ verb, total, portion }, print);
}

const mostCounted = 10_000;

/** By dry runs, which change nothing. */
async function countAll(call: (page: DeadLetterChoice) => Promise<Answer>): Promise<number> {
  let total = 0;
  for (let cursor: string | null = null; ; ) {
    const page: DeadLetterChoice = { limit: mostCounted, dryRun: true };
    const answer = await call(cursor === null ? page : { ...page, cursor });
    total += answer.matched;
    cursor = answer.nextCursor;
    if (!answer.more || cursor === null) return total;
  }
}
