// Which failures of a database call may pass by themselves: the network's, a waking or restarting server's.

import { NoAnswer } from '#queue/errors.ts';

/** SQLSTATEs, or their classes, after which the same call may be made again. */
const transientCodes = [
  '08', // connection exceptions
  '57P01', // the server was told to end this connection
  '57P02', // the server crashed
  '57P03', // the server is starting up
  '53300', // too many connections
  '53200', // out of (lock) memory for the moment
  '40001', // serialization failure
  '40P01', // deadlock, and this one was chosen to give way
  '55P03', // a lock was not to be had at once
  '25P03', // idle in transaction for too long
];

/** What Neon's proxy and the driver say without a code while a compute wakes up or a socket is lost. */
const transientMessages = [
  'Server error (HTTP status 5',
  'Server error (HTTP status 429',
  'Failed to acquire permit',
  'endpoint is idle, retry',
  'Control plane request failed',
  'Connection terminated',
  'Connection ended unexpectedly',
  'connection error and is not queryable',
  'WebSocket',
  'timeout expired',
];

const socketCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether repeating the call may succeed. Only calls that may be repeated are made that way. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof NoAnswer) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined)
    return socketCodes.includes(code) || transientCodes.some((prefix) => code.startsWith(prefix));
  if (isBrokenOff(error)) return true;
  // The driver keeps the fetch error of a call that got no answer.
  if ('sourceError' in error && error.sourceError !== undefined) return true;
  return transientMessages.some((text) => error.message.includes(text));
}

// What fetch throws while it reads the body of an answer, where the driver does not catch it.
const isBrokenOff = ({ name, message }: Error) =>
  name === 'TimeoutError' || (name === 'TypeError' && message === 'terminated');

/** The SQLSTATE of a database error, whichever transport brought it. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
