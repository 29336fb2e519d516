// GET /v1/queues: how all queues do.
import * as z from 'zod';
import { allQueueStats } from '#queue/operate/queue-stats.ts';
import { operatorRoute } from './operator-route.ts';
import { exampleQueue, queueAnswer } from './queues.ts';

export const getQueues = operatorRoute({
  method: 'GET',
  path: '/v1/queues',
  summary: 'Gives the stats of all queues, at a cost that does not depend on their depth.',
  scope: 'read',
  answer: z.object({ items: z.array(queueAnswer) }),
  example: { answer: { items: [exampleQueue] } },
  run: async (database) => ({ items: await allQueueStats(database) }),
});
