// Ends a growth in all databases, once nothing of before it counts any more.
import type { Session } from '#queue/database.ts';
import { NamedError } from '#queue/named-error.ts';
import {
  endGrowth,
  isNothingLeft,
  type LeftOfGrowth,
  leftOfGrowth,
} from '#queue/routines/placement.ts';
import { inTransaction, isLockTimeout } from './transaction.ts';

/** So long, in milliseconds, producers are waited for. Somebody who looks, or the next migration, ends the growth later. */
const patienceMs = 3_000;

/** A growth that cannot be ended now. Those before it in the order of the databases have ended. */
export class GrowthHeld extends NamedError {
  static override readonly name = 'GrowthHeld';
  constructor(options: ErrorOptions) {
    super(
      'the growth cannot end while a transaction that has enqueued for a group stays open',
      options,
    );
  }
}

/** Does something with one of the databases, by a session of its own. */
export type InDatabase = <Result>(
  number: number,
  work: (session: Session) => Promise<Result>,
) => Promise<Result>;

/**
 * Ends the growth in as many of the databases as may be, the first one first, and answers what is left in each. Those that were
 * added are the last, and end only after all others: until then they ask them. May be called at any time, with or without a growth.
 * Throws GrowthHeld while a producer's transaction stays open.
 */
export async function endGrowths(
  databases: number,
  inDatabase: InDatabase,
): Promise<LeftOfGrowth[]> {
  const left: LeftOfGrowth[] = [];
  for (let number = 0; number < databases; number += 1) {
    const isNext = left.every(isNothingLeft);
    left.push(await inDatabase(number, isNext ? ended : leftOfGrowth));
  }
  return left;
}

async function ended(session: Session): Promise<LeftOfGrowth> {
  let left: LeftOfGrowth | undefined;
  const end = async () => {
    left = await endGrowth(session);
  };
  await inTransaction(session, end, patienceMs).catch((cause: unknown) => {
    throw isLockTimeout(cause) ? new GrowthHeld({ cause }) : cause;
  });
  if (!left) throw new Error('a growth was neither ended nor left');
  return left;
}

/** What is left of a growth as a sentence: `database 0 has 3 groups and 1 dead letter that are at home elsewhere`. */
export const sentenceOfLeft = (left: readonly LeftOfGrowth[]): string =>
  left
    .flatMap((one, number) =>
      isNothingLeft(one) ? [] : [`database ${number} has ${partsOf(one)}`],
    )
    .join('; ');

function partsOf({ groups, deadLetters, forwards, keysUntil, notBefore }: LeftOfGrowth): string {
  return [
    groups > 0 && `${groups} groups that live there and are at home elsewhere`,
    deadLetters > 0 && `${deadLetters} dead letters of groups that are at home elsewhere`,
    forwards > 0 &&
      `${forwards} messages of HTTP functions that wait to be sent elsewhere, or are dead in the queue "elsewhere"`,
    keysUntil && `idempotency keys that count there until ${keysUntil}`,
    notBefore && `been grown a moment ago: code from before may run until ${notBefore}`,
  ]
    .filter((part) => typeof part === 'string')
    .join(', ');
}
