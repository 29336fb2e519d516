// GET /v1/health, for uptime checks. It needs no key, and so tells no more than that the database answers and which
// schema it has.
import * as z from 'zod';
import { withDatabase } from '#functions/http/api.ts';
import type { Route } from '#functions/http/route.ts';
import { schemaVersion } from '#queue/operate/schema-version.ts';

export const getHealth: Route = {
  method: 'GET',
  path: '/v1/health',
  summary: 'Tells whether the database answers, and which schema it has.',
  answer: z.object({ status: z.enum(['ok']), schemaVersion: z.string() }),
  example: { answer: { status: 'ok', schemaVersion: '0012' } },
  handle: (api) => async (request) => {
    const version = await withDatabase(api, request, schemaVersion);
    return request.json({ status: 'ok', schemaVersion: version }, 200, {
      'cache-control': 'no-store',
    });
  },
};
