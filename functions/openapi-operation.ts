// One route as OpenAPI says it.
import type * as z from 'zod';
import type { Registry } from '#queue/registry.ts';
import { jsonSchema } from './json-schema.ts';
import { type ProblemKind, problemTitles } from './problem.ts';
import { problemKinds } from './problem-kinds.ts';
import type { Route } from './route.ts';

export function openapiOperation(route: Route, registry: Registry): object {
  const { path, method, summary, scope, status = 200, isBodyOptional } = route;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name)),
    ...parametersIn('query', route.query),
    ...parametersIn('header', route.headers),
  ];
  const schema = route.bodySchema?.(registry) ?? (route.body && jsonSchema(route.body));
  return {
    operationId: operationId(method, path),
    summary,
    ...(scope && {
      description: `Needs the scope ${scope === 'enqueue' ? 'enqueue:TYPE' : scope}.`,
    }),
    security: scope ? [{ apiKey: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(schema && {
      requestBody: { required: !isBodyOptional, content: { 'application/json': { schema } } },
    }),
    responses: { [status]: success(route), ...problemResponses(problemKinds(route)) },
  };
}

/** Such as postQueuesPause and getMessagesById. */
function operationId(method: string, path: string): string {
  const words = path
    .replace('/v1/', '')
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^a-z]+/);
  return [
    method.toLowerCase(),
    ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('');
}

function pathParameter(name: string): object {
  const schema = { type: 'string', ...(name === 'id' && { format: 'uuid' }) };
  return { name, in: 'path', required: true, schema };
}

function parametersIn(place: 'query' | 'header', shape: z.ZodObject | undefined): object[] {
  const { properties = {}, required = [] } = shape ? jsonSchema(shape) : {};
  return Object.entries(properties)
    .filter(([, schema]) => !isNever(schema))
    .map(([name, schema]) => ({ name, in: place, required: required.includes(name), schema }));
}

// A header that is refused wherever it is sent.
const isNever = (schema: z.core.JSONSchema._JSONSchema) =>
  typeof schema === 'object' && schema.not !== undefined;

function success({ answer, status, path }: Route): object {
  const isPlaced = path === '/v1/messages';
  return {
    description: status === 202 ? 'Accepted.' : 'Done.',
    ...(isPlaced && { headers: { Location: { schema: { type: 'string' } } } }),
    content: { 'application/json': { schema: jsonSchema(answer) } },
  };
}

function problemResponses(kinds: readonly ProblemKind[]): Record<string, object> {
  const byStatus = Map.groupBy(kinds, (kind) => problemTitles[kind].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [status, problemResponse(ofStatus)]),
  );
}

function problemResponse(kinds: readonly ProblemKind[]): object {
  const isTimed = kinds.some((kind) => 'retryAfterSeconds' in problemTitles[kind]);
  const type = { enum: kinds.map((kind) => `urn:millrace:problem:${kind}`) };
  return {
    description: kinds.map((kind) => `${problemTitles[kind].title}.`).join(' '),
    ...(isTimed && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }],
          type: 'object',
          properties: { type },
        },
      },
    },
  };
}
