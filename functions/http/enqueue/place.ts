// In which of several databases the messages of one request belong: all in one, so that all are stored or none.
import type { Api } from '#functions/http/api.ts';
import { type Fault, faultAt, mostFaults } from '#functions/http/fault.ts';
import { inTurn } from '#functions/http/spread/turns.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { inDatabase } from '#queue/spread/database-in-id.ts';
import { home } from '#queue/spread/home.ts';
import type { Candidate } from './check-messages.ts';

/** What says where a message belongs: the order of a group, or that a key stands for one message, is for one database to see to. */
export const placeKey = ({ groupKey, idempotencyKey }: NewMessage): string | undefined =>
  groupKey ?? idempotencyKey;

export interface Placed {
  /** Of the database. */
  readonly number: number;
  readonly messages: readonly NewMessage[];
  /** A fault for each message that does not belong there. */
  readonly strays: readonly Fault[];
}

/** Places the messages of a request. */
export function place(
  api: Api,
  messages: readonly NewMessage[],
  candidates: readonly Candidate[],
): Placed {
  const number = placeOf(api, messages);
  const strays = placeFaults(api, messages, { number, candidates });
  return { number, messages: placedIn(messages, number), strays };
}

/** The number of the database that the first key is at home in; without keys one by chance that is not known to be away. */
function placeOf(api: Api, messages: readonly NewMessage[]): number {
  const { length: count } = api.databases;
  const key = messages.map(placeKey).find((each) => each !== undefined);
  return key === undefined ? (inTurn(api)[0] ?? 0) : home(key, count);
}

/** A fault for each message with a key that is at home elsewhere. */
function placeFaults(
  { databases }: Api,
  messages: readonly NewMessage[],
  place: { readonly number: number; readonly candidates: readonly Candidate[] },
): Fault[] {
  const strays = messages.flatMap((message, index) => {
    const key = placeKey(message);
    const isAtHome = key === undefined || home(key, databases.length) === place.number;
    if (isAtHome) return [];
    const pointer = message.groupKey === undefined ? '/idempotencyKey' : '/groupKey';
    return [placeFault(pointer, place.candidates[index])];
  });
  return strays.slice(0, mostFaults);
}

/** What is wrong with a key of another database. */
export const sendApart =
  'expected a key of the same database as the first one; send the message in a request of its own';

/** That a message cannot be stored together with the others on account of the key at this place in it. */
const placeFault = (pointer: string, candidate: Candidate | undefined): Fault =>
  faultAt(`${candidate?.pointer ?? ''}${pointer}`, 'other_database', sendApart);

/** With ids that name the database. */
export const placedIn = (messages: readonly NewMessage[], number: number): NewMessage[] =>
  messages.map((message) => ({ ...message, id: inDatabase(message.id, number) }));
