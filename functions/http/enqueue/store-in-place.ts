// Stores messages in the database where they belong, of several. Which one that is the databases decide, since groups and keys that
// lived elsewhere before there were so many still do for a while: they say where to go instead.
import { type Api, type ApiRequest, databaseAt, withDatabase } from '#functions/http/api.ts';
import { noteAnswer, noteAway } from '#functions/http/spread/known-away.ts';
import { meansAway } from '#functions/http/spread/outcome.ts';
import { inTurn } from '#functions/http/spread/turns.ts';
import { hasStoredNothing } from '#functions/http/spread/undone.ts';
import type { Database } from '#queue/database.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import type { NewMessage, Place } from '#queue/routines/enqueue.ts';
import { placedIn, placeKey, sendApart } from './place.ts';

export interface Storing<Stored> {
  /** The number of the database in which to begin. */
  readonly number: number;
  readonly store: (
    database: Database,
    messages: readonly NewMessage[],
    number: number,
  ) => Promise<Stored>;
}

/** The database that decides sends on to the one that stores: more than twice there and back is a group that moves just then. */
const mostFollowed = 4;
/** A database that sleeps is awake by then, in milliseconds; until then no other is called in its stead. */
const beforeNextMs = 2_500;

/**
 * The answered ids name the database in which the messages are, or from which a consumer sends on those that have moved. Throws an
 * EnqueueRefused `elsewhere` for keys of several databases.
 */
export async function storeInPlace<Stored>(
  api: Api,
  request: ApiRequest,
  messages: readonly NewMessage[],
  { number, store }: Storing<Stored>,
): Promise<Stored> {
  const keys = new Set(messages.map(placeKey).filter((key) => key !== undefined));
  if (keys.size === 0) return storeAnywhere(api, request, messages, { number, store });
  /** All are stored or none, so what has moved is left with what has not. */
  const leave = keys.size > 1;
  /** The keys of which the database that decides has said that they belong where they are brought next. */
  const asked = new Set<string>();
  let target = number;
  for (let followed = 0; ; followed += 1) {
    const placed = placedIn(messages, target).map((message) =>
      withPlace(message, { databases: api.databases.length, asked, leave }),
    );
    const run = (database: Database) => store(database, placed, target);
    try {
      return await withDatabase(api, request, run, { number: target });
    } catch (error) {
      const isElsewhere = error instanceof EnqueueRefused && error.code === 'elsewhere';
      if (!isElsewhere || error.database === undefined) throw error;
      if (followed === mostFollowed) throw leave ? new EnqueueRefused(apart(error)) : error;
      const message = messages[error.index];
      const key = message && placeKey(message);
      if (key !== undefined) asked[error.asked ? 'add' : 'delete'](key);
      target = error.database;
    }
  }
}

/** Any database does: one that is away or has no room, and surely has not stored anything, is left for the next. */
async function storeAnywhere<Stored>(
  api: Api,
  request: ApiRequest,
  messages: readonly NewMessage[],
  { number, store }: Storing<Stored>,
): Promise<Stored> {
  const numbers = inTurn(api, number);
  for (const [index, target] of numbers.entries()) {
    let mayBeStored = false;
    const run = (database: Database) =>
      store(database, placedIn(messages, target), target).catch((error: unknown) => {
        mayBeStored ||= !hasStoredNothing(error);
        throw error;
      });
    const isLast = index === numbers.length - 1;
    const options = { number: target, ...(!isLast && { budgetMs: beforeNextMs }) };
    try {
      const stored = await withDatabase(api, request, run, options);
      noteAnswer(databaseAt(api, target));
      return stored;
    } catch (error) {
      const isFull = error instanceof EnqueueRefused && error.code === 'queue_full';
      if (!isFull && !meansAway(error)) throw error;
      if (!isFull) noteAway(databaseAt(api, target));
      if (isLast || mayBeStored) throw error;
    }
  }
  throw new RangeError('There is no database');
}

interface Placing extends Pick<Place, 'databases' | 'leave'> {
  readonly asked: ReadonlySet<string>;
}

/** Only what has a key is at home somewhere. `asked` is of one key and not of the call, which may bring others. */
function withPlace(message: NewMessage, { databases, asked, leave }: Placing): NewMessage {
  const key = placeKey(message);
  if (key === undefined) return message;
  const place: Place = { databases, asked: asked.has(key), ...(leave && { leave }) };
  return { ...message, place };
}

/** What to do where the messages of a request live in several databases. */
const apart = ({ code, index, pointer }: EnqueueRefused) => ({
  ...{ code, index, pointer, reason: sendApart },
});
