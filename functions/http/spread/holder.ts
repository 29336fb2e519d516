// Who has a message. Its id may say so; whoever does not find it there asks all other databases at once.
import type { Database } from '#queue/database.ts';
import { type MessageStatus, messageStatus } from '#queue/operate/message-status.ts';
import type { ListedMessage } from '#queue/operate/messages.ts';
import { databaseIn } from '#queue/spread/database-in-id.ts';
import { type Answered, type Each, isAway } from './outcome.ts';
import { askAll, hasAnswer, noneOf, numbersOf } from './spread.ts';

/** What the database that has the message answers, and its number; undefined when all have said that they have none. */
export async function holderOf<Answer>(
  each: Each<Answer | undefined>,
  id: string,
): Promise<Answered<Answer> | undefined> {
  const hint = databaseIn(id);
  const hinted = hint < each.count ? [await each.at(hint)] : [];
  const [first] = hinted.filter(hasAnswer);
  if (first) return first;
  const others = numbersOf(each).filter((number) => number !== hint);
  const { found, away } = await askAll(each, others);
  return found[0] ?? noneOf([...hinted.filter(isAway), ...away], each.count);
}

/** For what is done with the message that the path names, where it is. */
export const atHolder = {
  gather: async <Answer>(each: Each<Answer | undefined>, { target }: { readonly target: string }) =>
    (await holderOf(each, target))?.answer,
} as const;

/** The status of a message where it is. */
export async function heldStatus(
  database: Database,
  id: string,
): Promise<MessageStatus | undefined> {
  const found = await messageStatus(database, id);
  return found && !isSentOn(found) ? found : undefined;
}

/** What waits to be sent on to the database where it belongs stands in this queue, and is relayed once it was sent. */
const elsewhere = 'elsewhere';

type Deliveries = Pick<MessageStatus | ListedMessage, 'deliveries'>;

/** Whether this is what a database keeps of a message that it has sent on to another, and no more. */
export const isSentOn = ({ deliveries }: Deliveries): boolean =>
  deliveries.length > 0 &&
  deliveries.every(({ queue, status }) => queue === elsewhere && status === 'relayed');
