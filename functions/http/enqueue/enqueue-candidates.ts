// What both enqueue routes do once they know where in the body their messages stand: check, store, or say why not.
import { type Api, type ApiRequest, refuse, withDatabase } from '#functions/http/api.ts';
import { type Fault, type FaultCode, faultAt, faultIn, summaryOf } from '#functions/http/fault.ts';
import type { ProblemKind } from '#functions/http/problem.ts';
import { statusTokenKeyOf } from '#functions/http/spread/in-turn.ts';
import { statusToken, tokenExpiry } from '#functions/http/status-token.ts';
import type { WakeUps } from '#functions/wake/wake-ups.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { type Enqueued, enqueueMessages, type NewMessage } from '#queue/routines/enqueue.ts';
import { isTransient } from '#queue/routines/failure-kind.ts';
import { type Candidate, checkMessages } from './check-messages.ts';
import type { Placed } from './place.ts';
import type { Storing } from './store-in-place.ts';
import { storeOrSend } from './store-or-send.ts';

/** Every problem that an answer of these routes may name on account of the messages. */
export const enqueueProblems: readonly ProblemKind[] = [
  'type-not-allowed',
  'option-not-allowed',
  'idempotency-conflict',
  'idempotency-in-progress',
  'payload-too-large',
  'unknown-type',
  'invalid-message',
  'queue-full',
];

export interface WithToken extends Enqueued {
  readonly statusToken: string;
}

/** Stores all candidates or none. Gives what was stored, or the answer that says why nothing was stored. */
export async function enqueueCandidates(
  api: Api,
  request: ApiRequest,
  candidates: readonly Candidate[],
): Promise<readonly WithToken[] | Response> {
  request.set('messageCount', candidates.length);
  const caller = request.get('caller');
  const checked = await checkMessages({ ...api, caller }, candidates);
  if (!checked.ok) return refuseFaults(request, checked.faults);
  const { number, messages, strays } = await placed(api, checked.messages, candidates);
  if (strays.length > 0) return refuseFaults(request, strays);
  try {
    const stored = await storeOrSend(api.straight, messages, (kept) =>
      store(api, request, kept, number),
    );
    const secret = await statusTokenKeyOf(api, request, number);
    return stored.map((message, index) => ({
      ...message,
      statusToken: statusToken(secret, message.id, tokenExpiry(checked.messages[index])),
    }));
  } catch (error) {
    const fault = faultOfRefusal(error, candidates);
    if (!fault) throw error;
    return refuseFaults(request, [fault]);
  }
}

/** Where the messages go, and those that cannot go there. */
async function placed(
  api: Api,
  messages: readonly NewMessage[],
  candidates: readonly Candidate[],
): Promise<Placed> {
  if (api.databases.length === 1) return { number: 0, messages, strays: [] };
  return (await import('./place.ts')).place(api, messages, candidates);
}

async function store(
  api: Api,
  request: ApiRequest,
  messages: readonly NewMessage[],
  number: number,
): Promise<readonly Enqueued[]> {
  const { wakeUps } = api;
  const { keyOwner } = request.get('caller');
  if (!wakeUps)
    return stored(api, request, messages, {
      number,
      store: (database, placed) => enqueueMessages(database, placed, keyOwner),
    });
  let last = number;
  try {
    const { enqueued, wake } = await stored(api, request, messages, {
      number,
      store(database, placed, target) {
        last = target;
        return wakeUps.enqueue(database, placed, keyOwner, target);
      },
    });
    await wake();
    return enqueued;
  } catch (error) {
    if (isTransient(error)) await armForLost(wakeUps, last);
    throw error;
  }
}

async function stored<Stored>(
  api: Api,
  request: ApiRequest,
  messages: readonly NewMessage[],
  storing: Storing<Stored>,
): Promise<Stored> {
  if (api.databases.length === 1)
    return withDatabase(api, request, (database) => storing.store(database, messages, 0));
  const { storeInPlace } = await import('./store-in-place.ts');
  return storeInPlace(api, request, messages, storing);
}

/**
 * The messages may be stored although no answer came, and whoever gets a 503 may not call again: somebody has to look. It
 * is this function's time, since the database has told none.
 */
export async function armForLost(wakeUps: WakeUps, number: number): Promise<void> {
  const now = new Date().toISOString();
  await wakeUps.arm({ now, dueAt: now }, number);
}

/** What is wrong with which message; undefined when nothing is that the caller could mend in one. */
export function faultOfRefusal(
  error: unknown,
  candidates: readonly Candidate[],
): Fault | undefined {
  if (!(error instanceof EnqueueRefused)) return undefined;
  // Nothing that a caller could mend.
  if (error.code === 'wrong_isolation') return undefined;
  // Of the chord that the path names, and not of a message.
  if (error.code === 'chord_ended') return undefined;
  const candidate = candidates[error.index];
  // A single message is no fault: its group moves just then.
  if (error.code === 'elsewhere')
    return candidates.length > 1
      ? faultAt(`${candidate?.pointer ?? ''}${error.pointer}`, 'other_database', error.message)
      : undefined;
  const code = error.code === 'bad_option' ? 'invalid_field' : error.code;
  const isOfKey = code === 'key_conflict' || code === 'key_in_progress';
  if (isOfKey && candidate?.fromHeaders.idempotencyKey !== undefined)
    return faultIn('header', 'Idempotency-Key', code, error.message);
  return faultAt(`${candidate?.pointer ?? ''}${error.pointer}`, code, error.message);
}

/** The answer that lists everything that is wrong with the messages. */
export function refuseFaults(request: ApiRequest, errors: readonly Fault[]): Response {
  return refuse(request, { kind: kindOf(errors), detail: summaryOf(errors), errors });
}

// The kind of problem for each code of a fault. An answer has one kind for all its faults, so what matters most to the
// caller stands first.
const kinds: readonly (readonly [FaultCode, ProblemKind])[] = [
  ['type_not_allowed', 'type-not-allowed'],
  ['option_not_allowed', 'option-not-allowed'],
  ['id_conflict', 'id-conflict'],
  ['key_conflict', 'idempotency-conflict'],
  ['key_in_progress', 'idempotency-in-progress'],
  ['queue_full', 'queue-full'],
  ['payload_too_large', 'payload-too-large'],
];

function kindOf(errors: readonly Fault[]): ProblemKind {
  const grave = kinds.find(([code]) => errors.some((fault) => fault.code === code));
  if (grave) return grave[1];
  return errors.every((fault) => fault.code === 'unknown_type')
    ? 'unknown-type'
    : 'invalid-message';
}
