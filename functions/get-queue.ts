// GET /v1/queues/{name}: how one queue does.
import { queueFigures } from '#queue/queue-figures.ts';
import { operation } from './operation.ts';
import { noSuchQueue, queueAnswer } from './queue-answer.ts';

export const getQueue = operation({
  method: 'GET',
  path: '/v1/queues/{name}',
  summary: 'Gives the figures of a queue, at a cost that does not depend on its depth.',
  scope: 'read',
  answer: queueAnswer,
  missing: noSuchQueue,
  run: (database, { target }) => queueFigures(database, target),
});
