// The API as an OpenAPI 3.1 document, made of the declarations by which the routes check requests.
import type { Route } from '#functions/http/route.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openapiOperation } from './openapi-operation.ts';
import { problemComponents } from './openapi-problems.ts';
import { payloadSchemas } from './payload-schemas.ts';

const text = { type: 'string' } as const;

const fault = {
  type: 'object',
  description: 'One thing that is wrong, at a place of the body, in a header or in a parameter.',
  properties: {
    pointer: { ...text, description: 'JSON pointer into the body.' },
    header: text,
    parameter: text,
    code: text,
    detail: text,
  },
  required: ['code', 'detail'],
};

const problem = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  properties: {
    type: { ...text, description: 'Stable: programs may go by it.' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    requestId: { ...text, description: "Finds the request in the deployment's log." },
    errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
  },
  required: ['type', 'title', 'status', 'detail', 'requestId'],
};

const description =
  'Messages go in here, and handlers get them from queues. Unknown paths are answered with 404, other methods of a known path with 405 and an Allow header; HEAD goes wherever GET does.';

/** All but the servers: which mount is the right one depends on the caller. */
export function openapiDocument(routes: readonly Route[], registry: Registry): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes)
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: openapiOperation(route, registry),
    };
  return {
    openapi: '3.1.1',
    info: { title: 'Millrace', version: '1', description, license },
    paths,
    components: {
      responses: problemComponents(routes),
      schemas: { Problem: problem, Fault: fault, ...payloadSchemas(registry) },
      securitySchemes: { apiKey, statusToken },
    },
  };
}

const license = { name: 'MIT', identifier: 'MIT' };

const statusToken = {
  type: 'apiKey',
  in: 'header',
  name: 'Status-Token',
  description: 'The statusToken of an enqueue opens the status of its message, until it expires.',
};

const apiKey = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An API key, or where the deployment takes these, a JWT or a request signed for AWS.',
};
