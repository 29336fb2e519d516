// Tells which failures of a database call may pass by themselves: those of the network, and those of a server that is
// waking up, restarting or overloaded for a moment.

import { NoAnswer } from '#queue/errors.ts';

/** The SQLSTATEs, or their first characters, after which the same call may succeed. */
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

/** Whether repeating the call may succeed. Whether the call may be repeated at all is for its caller to know. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof NoAnswer) return true;
  const code = errorCode(error);
  if (code !== undefined)
    return socketCodes.includes(code) || transientCodes.some((prefix) => code.startsWith(prefix));
  if (isBrokenOff(error)) return true;
  // When a call got no answer, the driver's error carries the error of fetch.
  if ('sourceError' in error && error.sourceError !== undefined) return true;
  return transientMessages.some((text) => error.message.includes(text));
}

// What fetch throws when the connection breaks while it reads the body of an answer. The driver catches only what
// happens before.
const isBrokenOff = ({ name, message }: Error) =>
  name === 'TimeoutError' || (name === 'TypeError' && message === 'terminated');

/** The SQLSTATE of a database error, whichever transport brought it, or Node's code of a system error. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
