// What callers are told of each kind of failure of the database. The reason itself goes into the log alone.
import type { FailureKind } from '#queue/routines/failure-kind.ts';
import type { Problem } from './problem.ts';

const unexpected: Problem = {
  kind: 'unexpected',
  detail: 'The reason is in the log under this request id.',
};

export const databaseProblems: Readonly<Record<FailureKind, Problem>> = {
  away: {
    kind: 'database-away',
    detail: 'The database did not answer; the same call may be made again.',
  },
  busy: {
    kind: 'database-busy',
    detail: 'The database has no room for this call at the moment; it may be made again.',
  },
  'read-only': {
    kind: 'database-read-only',
    detail: 'The database takes no writes at the moment; the same call may be made again.',
  },
  full: {
    kind: 'database-full',
    detail: 'The disk of the database is full; the same call may be made again.',
  },
  'too-slow': {
    kind: 'too-slow',
    detail:
      'The call took too long and was given up; it may be made again, for less if it has a limit.',
  },
  misconfigured: {
    kind: 'database-misconfigured',
    detail: 'The database is not set up for this release; the log has the reason.',
  },
  unmigrated: {
    kind: 'database-unmigrated',
    detail: 'The database lacks what this release needs: its migrations have not been run there.',
  },
  // The request's values were checked before, so this is input that no check has foreseen.
  unstorable: { kind: 'invalid-body', detail: 'The body holds values that cannot be stored.' },
  // Every refusal that a caller can mend is answered by its route.
  refused: unexpected,
  'own-table': unexpected,
  defect: unexpected,
};
