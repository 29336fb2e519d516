// POST /v1/queues/{name}/resume.
import { resumeQueue } from '#queue/operate/pause.ts';
import { operatorRoute } from './operator-route.ts';
import { pausedAnswer } from './pause-route.ts';
import { noSuchQueue } from './queues.ts';

export const postResume = operatorRoute({
  method: 'POST',
  path: '/v1/queues/{name}/resume',
  summary: 'Lets a paused queue be claimed from again.',
  scope: 'operate',
  answer: pausedAnswer,
  example: { answer: { name: 'payments', paused: false } },
  missing: noSuchQueue,
  run: async (database, { target, actor }) => {
    await resumeQueue(database, target, actor);
    return { name: target, paused: false };
  },
});
