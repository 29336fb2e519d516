import type { ProblemKind } from '#functions/http/problem.ts';
import type { RouteDescription } from '#functions/http/route.ts';

/** Every problem that a route may answer with. Most follow from its scope, query, headers and body. */
export function problemKinds(route: RouteDescription): readonly ProblemKind[] {
  const { scope, takesStatusToken, query, headers, body, problems = [] } = route;
  return [
    'invalid-request',
    ...(query || headers ? (['invalid-parameter'] as const) : []),
    ...(scope ? callerProblems : []),
    ...(takesStatusToken ? tokenProblems : []),
    // Without the scope for a type an enqueue is answered with `type-not-allowed`, which its routes list.
    ...(scope && scope !== 'enqueue' && scope !== 'any' ? (['scope-missing'] as const) : []),
    ...(body ? bodyProblems : []),
    ...problems,
    'unexpected',
    ...databaseProblems,
  ];
}

const callerProblems = ['unauthenticated', 'origin-not-allowed', 'too-many-unknown-keys'] as const;

const tokenProblems = [
  'status-token-invalid',
  'status-token-foreign',
  'status-token-expired',
] as const;

const databaseProblems = [
  'database-away',
  'database-busy',
  'database-read-only',
  'database-full',
  'too-slow',
  'database-misconfigured',
  'database-unmigrated',
] as const;

const bodyProblems = [
  'unreadable-body',
  'body-too-large',
  'unsupported-media-type',
  'invalid-body',
] as const;
