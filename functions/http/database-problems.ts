// What callers are told of each kind of failure of the database. The reason itself goes into the log alone.
import type { FailureKind } from '#queue/routines/failure-kind.ts';
import type { Problem, ProblemKind } from './problem.ts';

type Told = readonly [kind: ProblemKind, detail: string];

const unexpected: Told = ['unexpected', 'The reason is in the log under this request id.'];

const told: Readonly<Record<FailureKind, Told>> = {
  away: ['database-away', 'The database did not answer; the same call may be made again.'],
  busy: [
    'database-busy',
    'The database has no room for this call at the moment; it may be made again.',
  ],
  'read-only': [
    'database-read-only',
    'The database takes no writes at the moment; the same call may be made again.',
  ],
  full: ['database-full', 'The disk of the database is full; the same call may be made again.'],
  'too-slow': [
    'too-slow',
    'The call took too long and was given up; it may be made again, for less if it has a limit.',
  ],
  misconfigured: [
    'database-misconfigured',
    'The database is not set up for this release; the log has the reason.',
  ],
  unmigrated: [
    'database-unmigrated',
    'The database lacks what this release needs: its migrations have not been run there.',
  ],
  // The request's values were checked before, so this is input that no check has foreseen.
  unstorable: ['invalid-body', 'The body holds values that cannot be stored.'],
  // Every refusal that a caller can mend is answered by its route.
  refused: unexpected,
  'own-table': unexpected,
  defect: unexpected,
};

/** The problem that a failure of this kind is answered with. */
export function databaseProblem(failure: FailureKind): Problem {
  const [kind, detail] = told[failure];
  return { kind, detail };
}
