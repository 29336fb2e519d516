import { type FailureKind, failureKind } from '#queue/routines/failure-kind.ts';
import { ConnectionStringUnavailable } from './connection-string-unavailable.ts';

/** As failureKind, also for a connection string that is not to be had, without which nobody reaches the database. */
export function kindOfFailure(error: unknown): FailureKind {
  if (!(error instanceof ConnectionStringUnavailable)) return failureKind(error);
  return error.isTransient ? 'away' : 'misconfigured';
}
