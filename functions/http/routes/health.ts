// GET /v1/health, for uptime checks. It needs no key, and so tells no more than that the database answers and takes
// writes, and which schema it has. Where the database is to sleep, a check each minute would keep it awake, so there it
// is asked only when the caller says so.
import * as z from 'zod';
import { fresh, refuse, withDatabase } from '#functions/http/api.ts';
import { databaseProblem } from '#functions/http/database-problems.ts';
import { readQuery } from '#functions/http/read/parameters.ts';
import type { Route } from '#functions/http/route.ts';
import { databaseHealth } from '#queue/operate/health.ts';

const query = z.object({
  database: z
    .enum(['ask'])
    .exactOptional()
    .describe('Asks the database also in a deployment that sleeps, which wakes it.'),
});

export const getHealth: Route = {
  method: 'GET',
  path: '/v1/health',
  summary: 'Tells whether the database answers and takes writes, and which schema it has.',
  query,
  answer: z.object({
    status: z.enum(['ok']),
    schemaVersion: z
      .string()
      .exactOptional()
      .describe('Left out when the database was not asked, so that it can sleep.'),
  }),
  example: { answer: { status: 'ok', schemaVersion: '0012' } },
  handle: (api) => async (request) => {
    const asked = readQuery(request, query);
    if (asked instanceof Response) return asked;
    if (api.wakeUps?.sleeps && !asked.database) return request.json({ status: 'ok' }, 200, fresh);
    const { schemaVersion, isWritable } = await withDatabase(api, request, databaseHealth);
    if (!isWritable) return refuse(request, databaseProblem('read-only'));
    return request.json({ status: 'ok', schemaVersion }, 200, fresh);
  },
};
