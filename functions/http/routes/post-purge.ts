// POST /v1/queues/{name}/purge: cancel what waits.
import * as z from 'zod';
import { faultAt } from '#functions/http/fault.ts';
import { purgeQueue } from '#queue/operate/purge.ts';
import { operatorRoute } from './operator-route.ts';
import { noSuchQueue } from './queues.ts';

export const postPurge = operatorRoute({
  method: 'POST',
  path: '/v1/queues/{name}/purge',
  summary: 'Cancels what waits in a queue; what is being processed goes on, dead letters stay.',
  scope: 'operate',
  body: z.strictObject({
    confirm: z.string().describe("The queue's name once more."),
    limit: z.int().min(1).max(100_000).default(10_000),
  }),
  answer: z.object({
    cancelled: z.int().min(0),
    more: z.boolean().describe('Whether to call again for the rest.'),
  }),
  example: { body: { confirm: 'payments' }, answer: { cancelled: 12, more: false } },
  missing: noSuchQueue,
  isOnceOnly: true,
  faults: ({ target, body }) =>
    body.confirm === target
      ? []
      : [faultAt('/confirm', 'invalid_field', "expected the queue's name once more")],
  run: (database, { target, body, actor }) =>
    purgeQueue(database, { queue: target, limit: body.limit, actor }),
});
