// POST /v1/queues/{name}/pause.
import { pauseQueue } from '#queue/operate/pause.ts';
import { operatorRoute } from './operator-route.ts';
import { pausedAnswer } from './pause-route.ts';
import { noSuchQueue } from './queues.ts';

export const postPause = operatorRoute({
  method: 'POST',
  path: '/v1/queues/{name}/pause',
  summary: 'Stops claims from a queue; it goes on accepting messages.',
  scope: 'operate',
  answer: pausedAnswer,
  example: { answer: { name: 'payments', paused: true } },
  missing: noSuchQueue,
  run: async (database, { target, actor }) => {
    await pauseQueue(database, target, actor);
    return { name: target, paused: true };
  },
});
