// What the consumer is sent: which database an invocation is for, and with a wake-up what has woken it, on which nothing depends but
// when the drain ends.

import { isInRange } from '#queue/declare/in-range.ts';
import { misuse } from '#queue/misuse.ts';

/** The event for a database by its number. The first, which most deployments have alone, is meant when none is named. */
export const forDatabase = (database: number, event: object): object =>
  database === 0 ? event : { ...event, database };

/** The number of the database that an invocation is for. Throws a TypeError for one that the deployment does not have. */
export function databaseOf(event: unknown, databases: number): number {
  const { database = 0 } = (event ?? {}) as { readonly database?: unknown };
  if (isInRange(database, { from: 0, to: databases - 1 })) return database;
  misuse(`database in the event is a number below ${databases}; got ${JSON.stringify(database)}`);
}

/** For a wake-up that a schedule fires at the time for which it was armed. */
export const scheduledWakeUp = { wakeUp: 'scheduled' };
/** For a wake-up by an enqueue. */
export const enqueuedWakeUp = { wakeUp: 'enqueued' };

/** Whether an enqueue has woken the consumer, in whatever form the event comes. */
export const isForEnqueue = (event: unknown): boolean =>
  typeof event === 'object' &&
  event !== null &&
  'wakeUp' in event &&
  event.wakeUp === enqueuedWakeUp.wakeUp;
