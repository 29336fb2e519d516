// Describes one route; OpenAPI calls this an operation.
import type * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { jsonSchema } from './json-schema.ts';
import { problemResponses } from './openapi-problems.ts';

const needs = {
  enqueue: 'Needs the scope enqueue:TYPE.',
  'enqueue or operate': 'Needs the scope enqueue:TYPE, or operate.',
  read: 'Needs the scope read.',
  operate: 'Needs the scope operate.',
  any: 'For every caller, of whatever scopes.',
} as const satisfies Record<NonNullable<Route['scope']>, string>;

export function openapiOperation(route: Route, registry: Registry): object {
  const { path, method, summary, scope, status = 200 } = route;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name)),
    ...parametersIn('query', route.query),
    ...parametersIn('header', route.headers),
  ];
  return {
    operationId: operationId(method, path),
    summary,
    ...(scope && { description: descriptionOf(route, needs[scope]) }),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: requestBody(route, registry) }),
    responses: { [status]: success(route), ...problemResponses(route) },
  };
}

const descriptionOf = ({ takesStatusToken }: Route, needed: string) =>
  takesStatusToken ? `${needed} Or a status token of the message.` : needed;

/** Any one of these is enough. */
function securityOf({ scope, takesStatusToken }: Route): object[] {
  if (!scope) return [];
  return [{ apiKey: [] }, ...(takesStatusToken ? [{ statusToken: [] }] : [])];
}

/** Names the operation for generators of clients: postQueuesPause or getMessagesById, for example. */
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

// A header that is declared only to be refused, such as the Idempotency-Key of a batch.
const isNever = (schema: z.core.JSONSchema._JSONSchema) =>
  typeof schema === 'object' && schema.not !== undefined;

function requestBody(route: Route, registry: Registry): object {
  const { body, bodySchema, isBodyOptional, example } = route;
  const schema = bodySchema?.(registry) ?? (body && jsonSchema(body));
  return {
    required: !isBodyOptional,
    content: { 'application/json': { schema, example: example.body } },
  };
}

function success({ answer, status, path, example }: Route): object {
  const isPlaced = path === '/v1/messages' || path === '/v1/chords';
  return {
    description: status === 202 ? 'Accepted.' : 'Done.',
    ...(isPlaced && { headers: { Location: { schema: { type: 'string' } } } }),
    content: { 'application/json': { schema: jsonSchema(answer), example: example.answer } },
  };
}
