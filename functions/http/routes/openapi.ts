// GET /v1/openapi.json: the API's description, for people's viewers and for generators of clients.
import * as z from 'zod';
import { openapiDocument } from '#functions/http/openapi/openapi-document.ts';
import type { Route } from '#functions/http/route.ts';

/** Of these routes and of itself. Needs no key: it names nothing that is not public. */
export function getOpenapi(others: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Describes this API.',
    answer: z.object({ openapi: z.string() }),
    example: { answer: { openapi: '3.1.1' } },
    handle: ({ registry }) => {
      let document: object | undefined;
      return (request) => {
        // Made when it is first asked for: it would cost every cold start a few milliseconds.
        document ??= openapiDocument([...others, route], registry);
        return request.json(document, 200, { 'cache-control': 'public, max-age=300' });
      };
    },
  };
  return route;
}
