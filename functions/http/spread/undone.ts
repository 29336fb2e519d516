// Which failures say that a call was not carried out, so that another database may be called in its stead.
import { ConnectionStringUnavailable } from '#functions/runtime/connection-string-unavailable.ts';
import { errorCode } from '#queue/routines/failure-kind.ts';

/** Nobody was reached. */
const unreached = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** A SQLSTATE is Postgres's own report: it has undone what it reports. Whatever breaks off on the way may have been carried out. */
export function isUndone(error: unknown): boolean {
  if (error instanceof ConnectionStringUnavailable) return true;
  const ofExchange = error instanceof Error && 'sourceError' in error ? error.sourceError : error;
  const code = errorCode(error) ?? errorCode(ofExchange) ?? '';
  return /^\d/.test(code) || unreached.includes(code);
}
