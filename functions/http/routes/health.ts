// GET /v1/health, for uptime checks. It needs no key, and so tells no more than that the database answers and takes
// writes, and which schema it has. Where the database is to sleep, a check each minute would keep it awake, so there it
// is asked only when the caller says so.
import * as z from 'zod';
import type { Partly } from '#client/common-answers.ts';
import { type Api, type ApiRequest, fresh, refuse, withDatabase } from '#functions/http/api.ts';
import { databaseProblem } from '#functions/http/database-problems.ts';
import { readQuery } from '#functions/http/read/parameters.ts';
import type { Route } from '#functions/http/route.ts';
import { databaseHealth, type Health } from '#queue/operate/health.ts';
import { databasesAway } from './spread.ts';

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
    databasesAway: databasesAway.describe('Those that do not answer, or take no writes.'),
  }),
  example: { answer: { status: 'ok', schemaVersion: '0012' } },
  handle: (api) => async (request) => {
    const asked = readQuery(request, query);
    if (asked instanceof Response) return asked;
    if (api.wakeUps?.sleeps && !asked.database) return request.json({ status: 'ok' }, 200, fresh);
    const { isWritable, ...found } = await healthOf(api, request);
    if (!isWritable) return refuse(request, databaseProblem('read-only'));
    return request.json({ status: 'ok', ...found }, 200, fresh);
  },
};

async function healthOf(api: Api, request: ApiRequest): Promise<Health & Partly> {
  if (api.databases.length === 1) return withDatabase(api, request, databaseHealth);
  return (await import('./health-of-several.ts')).healthOfSeveral(api, request);
}
