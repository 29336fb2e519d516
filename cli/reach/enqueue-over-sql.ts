// One message into the database that it belongs to, by the connections of this process.
import { Failure } from '#cli/failure.ts';
import type { Database } from '#queue/database.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { type Enqueued, enqueueMessages, type NewMessage } from '#queue/routines/enqueue.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { databaseIn, inDatabase } from '#queue/spread/database-in-id.ts';
import { home } from '#queue/spread/home.ts';

type Message = Omit<NewMessage, 'id'>;

/** databases: by their numbers, at least one. Throws an EnqueueRefused that says why. */
export async function enqueueOverSql(
  databases: readonly Database[],
  message: Message,
): Promise<Enqueued> {
  const { chordId } = message;
  return chordId === undefined
    ? enqueueIn(databases, homeOf(message, databases.length), message)
    : join(databases, message, databaseIn(chordId) % databases.length);
}

/** What has neither a group nor a key is at home everywhere. */
function homeOf({ groupKey, idempotencyKey }: Message, databases: number): number {
  const key = groupKey ?? idempotencyKey;
  return key === undefined ? 0 : home(key, databases);
}

/** Mostly a chord is in the database that its id names; one that SQL has stored may be in another. */
async function join(
  databases: readonly Database[],
  message: Message,
  named: number,
): Promise<Enqueued> {
  const others = Array.from(databases.keys()).filter((number) => number !== named);
  let refusal: unknown;
  for (const number of [named, ...others]) {
    try {
      return await enqueueIn(databases, number, message);
    } catch (error) {
      if (!(error instanceof EnqueueRefused && error.code === 'chord_ended')) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function enqueueIn(
  databases: readonly Database[],
  number: number,
  message: Message,
): Promise<Enqueued> {
  const id = databases.length === 1 ? uuidV7() : inDatabase(uuidV7(), number);
  const [enqueued] = await enqueueMessages(databases[number] as Database, [{ id, ...message }]);
  if (!enqueued) throw new Failure('failed', 'The database has not said what became of it');
  return enqueued;
}
