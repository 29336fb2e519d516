// GET /v1/openapi.json: the API's description, for viewers and for generators of clients.
import * as z from 'zod';
import { openapiDocument } from '#functions/http/openapi/openapi-document.ts';
import type { Route } from '#functions/http/route.ts';

/** Describes all routes, itself among them. It needs no key, because the description names nothing that is not public. */
export function getOpenapi(describedRoutes: () => Promise<readonly Route[]>): Route {
  return {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Describes this API.',
    answer: z.object({ openapi: z.string() }),
    example: { answer: { openapi: '3.1.1' } },
    handle: ({ registry }) => {
      let document: object | undefined;
      return async (request) => {
        // The document is made when it is first asked for. Made at the start, it would cost every cold start
        // milliseconds.
        document ??= openapiDocument(await describedRoutes(), registry);
        const servers = [{ url: request.env.mount || '/' }];
        return request.json({ ...document, servers }, 200, {
          'cache-control': 'public, max-age=300',
        });
      };
    },
  };
}
