// What the routes of chords do once they know where in the body their messages stand: check, store, or say why not.
import { type Api, type ApiRequest, refuse, withDatabase } from '#functions/http/api.ts';
import { type Fault, faultAt } from '#functions/http/fault.ts';
import { statusTokenKeyOf } from '#functions/http/spread/in-turn.ts';
import { statusToken, tokenExpiry } from '#functions/http/status-token.ts';
import type { Database } from '#queue/database.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { enqueueChord } from '#queue/routines/chords.ts';
import { type EnqueuedToWake, enqueueToWake, type NewMessage } from '#queue/routines/enqueue.ts';
import { isTransient } from '#queue/routines/failure-kind.ts';
import { databaseIn, inDatabase } from '#queue/spread/database-in-id.ts';
import { type Candidate, checkMessages } from './check-messages.ts';
import { armForLost, faultOfRefusal, refuseFaults, type WithToken } from './enqueue-candidates.ts';
import { memberId } from './members.ts';

type Stored = readonly WithToken[] | Response;

/** Stores a chord in the database that its id names: the last of the candidates follows when all others have ended. */
export async function storeChord(
  api: Api,
  request: ApiRequest,
  { id, candidates }: { readonly id: string; readonly candidates: readonly Candidate[] },
): Promise<Stored> {
  const number = databaseOf(api, id);
  const checked = await checkedFor(api, request, candidates);
  if (checked instanceof Response) return checked;
  const messages = checked
    .slice(0, -1)
    .map((message, place) => ({ ...message, id: memberId({ id, chordId: id, place, number }) }));
  const { id: _, ...followedBy } = checked.at(-1) as NewMessage;
  return storing(api, request, { candidates, messages, numbers: [number] }, (database, how) =>
    enqueueChord(database, { id, messages, followedBy }, how),
  );
}

interface Joining {
  readonly chordId: string;
  /** The request's own, of which the messages get theirs, so that it may be made again; undefined when it brings none. */
  readonly id: string | undefined;
  readonly candidates: readonly Candidate[];
}

/** Stores messages that join a chord, wherever it is. */
export async function storeMembers(
  api: Api,
  request: ApiRequest,
  { chordId, id, candidates }: Joining,
): Promise<Stored> {
  const checked = await checkedFor(api, request, candidates);
  if (checked instanceof Response) return checked;
  const first = databaseOf(api, chordId);
  const idOf = (message: NewMessage, place: number, number: number) =>
    id === undefined ? inDatabase(message.id, number) : memberId({ id, chordId, place, number });
  const others = api.databases.map((_, number) => number).filter((number) => number !== first);
  return storing(
    api,
    request,
    { candidates, messages: checked, numbers: [first, ...others] },
    (database, how, number) =>
      enqueueToWake(
        database,
        checked.map((message, place) => ({
          ...message,
          id: idOf(message, place, number),
          chordId,
        })),
        how,
      ),
  );
}

/** The number of the database that a chord is stored in. */
const databaseOf = ({ databases }: Api, id: string) => databaseIn(id) % databases.length;

async function checkedFor(
  api: Api,
  request: ApiRequest,
  candidates: readonly Candidate[],
): Promise<readonly NewMessage[] | Response> {
  request.set('messageCount', candidates.length);
  const caller = request.get('caller');
  // What follows would be enqueued for whoever visits the page, and whoever joins a chord can hold it open.
  if (caller.isBrowser)
    return refuse(request, { kind: 'option-not-allowed', detail: 'Browsers enqueue no chords.' });
  const checked = await checkMessages({ ...api, caller }, candidates);
  return checked.ok ? checked.messages : refuseFaults(request, checked.faults);
}

interface Storing {
  readonly candidates: readonly Candidate[];
  readonly messages: readonly NewMessage[];
  /** Of the databases to try, one after another until one has the chord. */
  readonly numbers: readonly number[];
}

type Store = (
  database: Database,
  how: { readonly caller: string; readonly isEager: boolean },
  number: number,
) => Promise<EnqueuedToWake>;

async function storing(
  api: Api,
  request: ApiRequest,
  { candidates, messages, numbers }: Storing,
  store: Store,
): Promise<Stored> {
  for (const number of numbers) {
    try {
      const { enqueued } = await storedAndWoken(api, request, number, store);
      return await withTokens(api, request, { enqueued, messages, number });
    } catch (error) {
      if (!(error instanceof EnqueueRefused)) throw error;
      if (error.code === 'chord_ended') continue;
      const fault = idFault(error, candidates) ?? faultOfRefusal(error, candidates);
      if (!fault) throw error;
      return refuseFaults(request, [fault]);
    }
  }
  return refuse(request, {
    kind: 'chord-ended',
    detail: 'The chord has ended, or there is none of this id: nothing joins it any more.',
  });
}

/** Their messages bring no ids: these are made of the request's, so it is at fault when one is in use. */
function idFault(refusal: EnqueueRefused, candidates: readonly Candidate[]): Fault | undefined {
  if (refusal.code !== 'id_conflict') return undefined;
  const other = candidates[refusal.index]?.pointer;
  const isOfMessage = refusal.pointer !== '';
  const reason = `expected the messages that came with this id before; ${other} is none of them`;
  return faultAt('/id', 'id_conflict', isOfMessage ? reason : refusal.message);
}

async function storedAndWoken(
  api: Api,
  request: ApiRequest,
  number: number,
  store: Store,
): Promise<EnqueuedToWake> {
  const { wakeUps } = api;
  const how = { caller: request.get('caller').keyOwner, isEager: wakeUps?.isEager ?? false };
  try {
    const run = (database: Database) => store(database, how, number);
    const stored = await withDatabase(api, request, run, { number });
    await Promise.all([stored.wake && wakeUps?.invoke(number), wakeUps?.arm(stored, number)]);
    return stored;
  } catch (error) {
    if (wakeUps && isTransient(error)) await armForLost(wakeUps, number);
    throw error;
  }
}

async function withTokens(
  api: Api,
  request: ApiRequest,
  stored: Pick<EnqueuedToWake, 'enqueued'> &
    Pick<Storing, 'messages'> & { readonly number: number },
): Promise<readonly WithToken[]> {
  const secret = await statusTokenKeyOf(api, request, stored.number);
  return stored.enqueued.map((message, index) => ({
    ...message,
    statusToken: statusToken(secret, message.id, tokenExpiry(stored.messages[index])),
  }));
}
