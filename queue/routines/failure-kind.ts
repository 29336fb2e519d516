// What the failures of database calls mean. One table for everybody who has to know: drains, which repeat what may pass
// by itself (retry-transient.ts) and look for the one result that is at fault (settle-around-refusal.ts), and the HTTP
// API, which has a problem for each kind.

import { NoAnswer } from '#queue/errors.ts';
import { SchemaTooOld } from '#queue/schema-needed.ts';

/**
 * away: nobody answers, or the server gave the connection up.
 * busy: others hold what the call needs: locks, connections, memory. Nothing was done.
 * read-only: the server takes no writes, as after a failover to a replica.
 * full: the server's disk is.
 * too-slow: the call was cancelled, or given up while it was under way.
 * own-table: a constraint of Millrace's own tables failed, which is never the fault of a payload or a handler.
 * refused: by a routine of Millrace, which says why.
 * unstorable: Postgres or Neon cannot take the call's values, and would not another time.
 * misconfigured: the login, the database or a right is missing; somebody has to mend that.
 * unmigrated: the schema is missing or older than this release needs; somebody has to run the migrations.
 * defect: all else.
 */
export type FailureKind =
  | 'away'
  | 'busy'
  | 'read-only'
  | 'full'
  | 'too-slow'
  | 'own-table'
  | 'refused'
  | 'unstorable'
  | 'misconfigured'
  | 'unmigrated'
  | 'defect';

/** By SQLSTATE, or by its class, the first two or three characters; the longest that fits counts. */
const sqlStates: Readonly<Record<string, FailureKind>> = {
  '08': 'away', // connection exceptions; poolers report theirs so, too
  '57P': 'away', // told to shut down, crashed, starting up, idle for too long
  '55000': 'away', // the database takes no connections: it is being moved, restored or taken over by another server
  '58': 'away', // a file could not be read or written; on Neon, the storage behind the compute did not answer
  '25P': 'away', // the server ended a transaction that was idle or open for too long
  '40': 'busy', // deadlocks, serialization failures, and statements that a standby cancelled to keep up
  '55P03': 'busy', // a lock was not to be had at once
  '53': 'busy', // too many connections, out of memory or of places in the lock table, temporary files above their limit
  '53100': 'full', // no space left on the device
  '25006': 'read-only', // a replica, or default_transaction_read_only, as providers set it while a disk is nearly full
  '57014': 'too-slow', // statement_timeout, or somebody's pg_cancel_backend
  MR: 'refused', // Millrace's own refusals
  '22': 'unstorable', // values that cannot be stored, such as U+0000
  '54': 'unstorable', // beyond a limit of the server, such as the depth of JSON
  '28': 'misconfigured', // the role, or its password
  '3D': 'misconfigured', // no such database
  '3F': 'unmigrated', // no such schema: nothing was migrated
  '42': 'misconfigured', // no right to what is there
  '42P01': 'unmigrated', // no such table: the migrations are another release's
  '42703': 'unmigrated', // no such column
  '42883': 'unmigrated', // no such routine
  '42601': 'defect', // a syntax error
};

/** What comes without a SQLSTATE, from Neon's proxy, the driver or a socket: a part of the message. */
const messages: readonly (readonly [string, FailureKind])[] = [
  ['Server error (HTTP status 413', 'unstorable'], // more than Neon takes in one request
  ['Server error (HTTP status 507', 'defect'], // an answer beyond Neon's limit: who expects one asks for less (too-large.ts)
  ['Server error (HTTP status 5', 'away'],
  ['Server error (HTTP status 429', 'busy'],
  ['Failed to acquire permit', 'busy'], // too many connect at once while a compute wakes up
  ['endpoint is idle, retry', 'away'],
  ['Control plane request failed', 'away'],
  ['Connection terminated', 'away'],
  ['Connection ended unexpectedly', 'away'],
  ['connection error and is not queryable', 'away'],
  ['WebSocket', 'away'],
  ['timeout expired', 'away'], // of connecting
  ['password authentication failed', 'misconfigured'],
];

const socketCodes = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
];

const forever = Number.POSITIVE_INFINITY;

/**
 * How often it may help to repeat a call; whether it may be repeated is for its caller to know. A constraint of our own
 * fails when something has changed between a statement's plan and its execution, which the next statement sees. Should
 * it fail again and again, that is a defect, and no reason to spend all of a drain's time.
 */
export const mostRepeats: Readonly<Record<FailureKind, number>> = {
  away: forever,
  busy: forever,
  'read-only': forever,
  full: forever,
  'too-slow': forever,
  'own-table': 5,
  refused: 0,
  unstorable: 0,
  misconfigured: 0,
  unmigrated: 0,
  defect: 0,
};

export const isTransient = (error: unknown): boolean => mostRepeats[failureKind(error)] > 0;

/** Whether it is the call's own values that the database does not take, so that a call without some of them may pass. */
export function isRefusal(error: unknown): boolean {
  const kind = failureKind(error);
  return kind === 'refused' || kind === 'unstorable';
}

/**
 * Whether Postgres itself has reported the failure, and so has undone what it reports. Whatever breaks off on the way may have been
 * carried out: class 08 is how poolers tell that of the server behind them, and 40003 says that nobody knows.
 */
export const isUndone = (error: unknown): boolean => /^(?!08|40003)\d/.test(errorCode(error) ?? '');

export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'defect';
  if (error instanceof NoAnswer || isTimeout(error)) return 'too-slow';
  if (error instanceof SchemaTooOld) return 'unmigrated';
  const code = errorCode(error);
  if (code !== undefined) return socketCodes.includes(code) ? 'away' : kindOfState(code, error);
  // When a call got no whole answer, the error carries that of the exchange.
  if ('sourceError' in error && error.sourceError !== undefined)
    return isTimeout(error.sourceError) ? 'too-slow' : 'away';
  // What fetch throws when the connection breaks while it reads the body of an answer: of a driver that an application brings.
  if (error.name === 'TypeError' && error.message === 'terminated') return 'away';
  return messages.find(([text]) => error.message.includes(text))?.[1] ?? 'defect';
}

function kindOfState(code: string, error: Error): FailureKind {
  // Class 23, integrity constraints. Elsewhere than in our schema they are the business of whoever declared them.
  if (code.startsWith('23'))
    return 'schema' in error && error.schema === 'millrace' ? 'own-table' : 'defect';
  // The one limit of class 54 that no value is the reason of: transaction ids have run out.
  if (error.message.startsWith('database is not accepting commands')) return 'read-only';
  // What those find who make a file longer just after the disk had no room for another's attempt. It has no code of its own.
  if (error.message.startsWith('unexpected data beyond EOF')) return 'full';
  return sqlStates[code] ?? sqlStates[code.slice(0, 3)] ?? sqlStates[code.slice(0, 2)] ?? 'defect';
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError';

/** The SQLSTATE of a database error, whichever transport brought it, or Node's code of a system error. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
