// Stores messages in the database where they belong, of several. Which one that is the databases decide, since groups and keys that
// lived elsewhere before there were so many still do for a while: they say where to go instead.
import { type Api, type ApiRequest, databaseAt, withDatabase } from '#functions/http/api.ts';
import { noteAnswer, noteAway } from '#functions/http/spread/known-away.ts';
import { meansAway } from '#functions/http/spread/outcome.ts';
import { inTurn } from '#functions/http/spread/turns.ts';
import { hasStoredNothing } from '#functions/http/spread/undone.ts';
import type { Database } from '#queue/database.ts';
import { EnqueueRefused } from '#queue/errors.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { placedIn, placeKey } from './place.ts';

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

/** The answered ids name the database in which the messages are. Throws an EnqueueRefused `elsewhere` for keys of several databases. */
export async function storeInPlace<Stored>(
  api: Api,
  request: ApiRequest,
  messages: readonly NewMessage[],
  { number, store }: Storing<Stored>,
): Promise<Stored> {
  const hasKeys = messages.some((message) => placeKey(message) !== undefined);
  if (!hasKeys) return storeAnywhere(api, request, messages, { number, store });
  /** The keys of which the database that decides has said that they belong where they are brought next. */
  const asked = new Set<string>();
  let target = number;
  for (let followed = 0; ; followed += 1) {
    const placed = placedIn(messages, target).map((message) => withPlace(api, message, asked));
    const run = (database: Database) => store(database, placed, target);
    try {
      return await withDatabase(api, request, run, { number: target });
    } catch (error) {
      const isElsewhere = error instanceof EnqueueRefused && error.code === 'elsewhere';
      if (!isElsewhere || error.database === undefined || followed === mostFollowed) throw error;
      const message = messages[error.index];
      const key = message && placeKey(message);
      if (key !== undefined) asked[error.asked ? 'add' : 'delete'](key);
      target = error.database;
    }
  }
}

/** Any database does: one that is away, and surely has not stored anything, is left for the next. */
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
      if (!meansAway(error)) throw error;
      noteAway(databaseAt(api, target));
      if (isLast || mayBeStored) throw error;
    }
  }
  throw new RangeError('There is no database');
}

/** Only what has a key is at home somewhere. `asked` is of one key and not of the call, which may bring others. */
function withPlace({ databases }: Api, message: NewMessage, asked: ReadonlySet<string>) {
  const key = placeKey(message);
  if (key === undefined) return message;
  return { ...message, place: { databases: databases.length, asked: asked.has(key) } };
}
