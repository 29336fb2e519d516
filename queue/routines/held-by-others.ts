// Deliveries that SQS has brought go through a call together, and an open transaction may hold one of them, such as an operator's
// who replays it. The routines wait for it for two seconds, and the caller goes on with the others.
import type { Database } from '#queue/database.ts';
import { NamedError } from '#queue/named-error.ts';
import { errorCode } from './failure-kind.ts';

/** A call that has waited for an open transaction for as long as it may. Nothing was done, and it is not repeated by itself. */
export class HeldByOthers extends NamedError {
  static override readonly name = 'HeldByOthers';
  constructor(options: ErrorOptions) {
    super('an open transaction holds the delivery: it comes back later', options);
  }
}

/** The database, whose calls end with HeldByOthers in the place of a failure that would be repeated. */
export const tellingHeld = (database: Database): Database => ({
  async query(text, parameters) {
    try {
      return await database.query(text, parameters);
    } catch (cause) {
      throw errorCode(cause) === '55P03' ? new HeldByOthers({ cause }) : cause;
    }
  },
});

/**
 * Makes a call for all items; when somebody holds one of them, for each by itself, side by side, so that only those wait that are
 * held. Answers in the order of the items, undefined for one that is held, which `onHeld` is told. Throws whatever else a call throws,
 * once all have ended.
 */
export async function aroundHeld<Item, Answer>(
  items: readonly Item[],
  call: (some: readonly Item[]) => Promise<readonly Answer[]>,
  onHeld: (item: Item, error: HeldByOthers) => void,
): Promise<readonly (Answer | undefined)[]> {
  const first = await outcomeOf(call(items));
  if (!(first instanceof HeldByOthers)) return first;
  const outcomes = await Promise.allSettled(items.map((item) => outcomeOf(call([item]))));
  return outcomes.map((outcome, place) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    if (!(outcome.value instanceof HeldByOthers)) return outcome.value[0];
    onHeld(items[place] as Item, outcome.value);
    return undefined;
  });
}

const outcomeOf = <Answer>(answers: Promise<readonly Answer[]>) =>
  answers.catch((error: unknown) => {
    if (error instanceof HeldByOthers) return error;
    throw error;
  });
