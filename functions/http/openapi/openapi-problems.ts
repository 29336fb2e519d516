// Describes the refusals. OpenAPI has one response for each status of a route, so problems that share a status share a
// response: there is one component for each such set of problems.
import { type ProblemKind, problemTitles } from '#functions/http/problem.ts';
import type { Route } from '#functions/http/route.ts';
import { problemKinds } from './problem-kinds.ts';

/** The refusals of one route by status, as references to components. */
export function problemResponses(route: Route): Record<string, object> {
  return Object.fromEntries(
    byStatus(route).map(([status, kinds]) => [
      status,
      { $ref: `#/components/responses/${nameOf(kinds)}` },
    ]),
  );
}

/** The components to which the routes' references lead. */
export function problemComponents(routes: readonly Route[]): Record<string, object> {
  const sets = routes.flatMap(byStatus);
  return Object.fromEntries(sets.map(([, kinds]) => [nameOf(kinds), problemResponse(kinds)]));
}

const nameOf = (kinds: readonly ProblemKind[]) => kinds.join('.');

function byStatus(route: Route) {
  return [...Map.groupBy(problemKinds(route), (kind) => problemTitles[kind][0])];
}

function problemResponse(kinds: readonly ProblemKind[]): object {
  const isTimed = kinds.some((kind) => problemTitles[kind].length > 2);
  const type = { enum: kinds.map((kind) => `urn:millrace:problem:${kind}`) };
  const schema = {
    type: 'object',
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { type },
  };
  return {
    description: kinds.map((kind) => `${problemTitles[kind][1]}.`).join(' '),
    ...(isTimed && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
    content: { 'application/problem+json': { schema } },
  };
}
