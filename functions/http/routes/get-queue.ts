// GET /v1/queues/{name}: how one queue does.
import { queueStats } from '#queue/operate/queue-stats.ts';
import { operatorRoute } from './operator-route.ts';
import { exampleQueue, noSuchQueue, queueAnswer } from './queues.ts';

export const getQueue = operatorRoute({
  method: 'GET',
  path: '/v1/queues/{name}',
  summary: 'Gives the stats of a queue, at a cost that does not depend on its depth.',
  scope: 'read',
  answer: queueAnswer,
  example: { answer: exampleQueue },
  missing: noSuchQueue,
  run: (database, { target }) => queueStats(database, target),
});
