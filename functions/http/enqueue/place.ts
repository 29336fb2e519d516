// In which of several databases the messages of one request belong: all in one, so that all are stored or none.
import type { Api } from '#functions/http/api.ts';
import { type Fault, faultAt, mostFaults } from '#functions/http/fault.ts';
import { inTurn } from '#functions/http/spread/in-turn.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { home } from '#queue/spread/home.ts';
import type { Candidate } from './check-messages.ts';

/** What says where a message belongs: the order of a group, or that a key stands for one message, is for one database to see to. */
export const placeKey = ({ groupKey, idempotencyKey }: NewMessage): string | undefined =>
  groupKey ?? idempotencyKey;

/** The number of the database that the first key is at home in; without keys one by chance that is not known to be away. */
export function placeOf(api: Api, messages: readonly NewMessage[]): number {
  const { length: count } = api.databases;
  if (count === 1) return 0;
  const key = messages.map(placeKey).find((each) => each !== undefined);
  return key === undefined ? (inTurn(api)[0] ?? 0) : home(key, count);
}

/** A fault for each message with a key that is at home elsewhere. */
export function placeFaults(
  { databases }: Api,
  messages: readonly NewMessage[],
  place: { readonly number: number; readonly candidates: readonly Candidate[] },
): Fault[] {
  if (databases.length === 1) return [];
  const strays = messages.flatMap((message, index) => {
    const key = placeKey(message);
    const isAtHome = key === undefined || home(key, databases.length) === place.number;
    if (isAtHome) return [];
    const pointer = message.groupKey === undefined ? '/idempotencyKey' : '/groupKey';
    return [placeFault(pointer, place.candidates[index])];
  });
  return strays.slice(0, mostFaults);
}

/** That a message cannot be stored together with the others on account of the key at this place in it. */
export const placeFault = (pointer: string, candidate: Candidate | undefined): Fault =>
  faultAt(
    `${candidate?.pointer ?? ''}${pointer}`,
    'other_database',
    'expected a key of the same database as the first one; send the message in a request of its own',
  );

/** With ids that name the database, as long as there are several. */
export const placedIn = (
  { databases }: Api,
  messages: readonly NewMessage[],
  number: number,
): readonly NewMessage[] =>
  databases.length === 1
    ? messages
    : messages.map((message) => ({ ...message, id: inDatabase(message.id, number) }));
