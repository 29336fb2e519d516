// What routes answer when they refuse: one response for each set of problems that share a status on some route.
import { type ProblemKind, problemTitles } from '#functions/http/problem.ts';
import type { Route } from '#functions/http/route.ts';
import { problemKinds } from './problem-kinds.ts';

/** A route's problems, as references into the components, by status. */
export function problemResponses(route: Route): Record<string, object> {
  return Object.fromEntries(
    byStatus(route).map(([status, kinds]) => [
      status,
      { $ref: `#/components/responses/${nameOf(kinds)}` },
    ]),
  );
}

/** The components that those references name. */
export function problemComponents(routes: readonly Route[]): Record<string, object> {
  const sets = routes.flatMap(byStatus);
  return Object.fromEntries(sets.map(([, kinds]) => [nameOf(kinds), problemResponse(kinds)]));
}

const nameOf = (kinds: readonly ProblemKind[]) => kinds.join('.');

function byStatus(route: Route) {
  return [...Map.groupBy(problemKinds(route), (kind) => problemTitles[kind].status)];
}

function problemResponse(kinds: readonly ProblemKind[]): object {
  const isTimed = kinds.some((kind) => 'retryAfterSeconds' in problemTitles[kind]);
  const type = { enum: kinds.map((kind) => `urn:millrace:problem:${kind}`) };
  const schema = {
    type: 'object',
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { type },
  };
  return {
    description: kinds.map((kind) => `${problemTitles[kind].title}.`).join(' '),
    ...(isTimed && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
    content: { 'application/problem+json': { schema } },
  };
}
