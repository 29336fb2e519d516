// GET /v1/caller: who calls, and what this deployment is. For a program that has just been given a key, and shows its holder
// what may be done with it.
import * as z from 'zod';
import type { CallerAnswer } from '#client/deployment-answers.ts';
import { fresh } from '#functions/http/api.ts';
import type { Route } from '#functions/http/route.ts';
import { release } from '#queue/release.ts';

export const callerAnswer = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  sleeps: z.boolean().describe('Whether a look at anything wakes a database that sleeps.'),
  release: z.string().describe('The version of the package.'),
});

export const getCaller: Route = {
  method: 'GET',
  path: '/v1/caller',
  summary: 'Tells who calls, with which scopes, and what this deployment is.',
  scope: 'any',
  answer: callerAnswer,
  example: {
    answer: { name: 'shop', scopes: ['enqueue:order.*', 'read'], sleeps: false, release },
  },
  handle:
    ({ wakeUps }) =>
    (request) => {
      const { name, scopes } = request.get('caller');
      const answer: CallerAnswer = { name, scopes, sleeps: wakeUps?.sleeps ?? false, release };
      return request.json(answer, 200, fresh);
    },
};
