// Which failures say that a call has stored nothing, so that another database may be called in its stead.
import { ConnectionStringUnavailable } from '#functions/runtime/connection-string-unavailable.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import { errorCode, isUndone } from '#queue/routines/failure-kind.ts';

/** Nobody was reached. */
const unreached = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether nobody was reached, or the database has refused it or undone it. */
export function hasStoredNothing(error: unknown): boolean {
  if (error instanceof EnqueueRefused || isUndone(error)) return true;
  if (error instanceof ConnectionStringUnavailable) return true;
  const ofExchange = error instanceof Error && 'sourceError' in error ? error.sourceError : error;
  return unreached.includes(errorCode(error) ?? errorCode(ofExchange) ?? '');
}
