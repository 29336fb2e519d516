// GET /v1/health, for uptime checks. It needs no key, and so tells no more than that the database answers and takes
// writes, and which schema it has.
import * as z from 'zod';
import { refuse, withDatabase } from '#functions/http/api.ts';
import { databaseProblems } from '#functions/http/database-problems.ts';
import type { Route } from '#functions/http/route.ts';
import { databaseHealth } from '#queue/operate/health.ts';

export const getHealth: Route = {
  method: 'GET',
  path: '/v1/health',
  summary: 'Tells whether the database answers and takes writes, and which schema it has.',
  answer: z.object({ status: z.enum(['ok']), schemaVersion: z.string() }),
  example: { answer: { status: 'ok', schemaVersion: '0012' } },
  handle: (api) => async (request) => {
    const { schemaVersion, isWritable } = await withDatabase(api, request, databaseHealth);
    if (!isWritable) return refuse(request, databaseProblems['read-only']);
    return request.json({ status: 'ok', schemaVersion }, 200, { 'cache-control': 'no-store' });
  },
};
