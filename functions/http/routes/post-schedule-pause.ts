// POST /v1/schedules/{name}/pause.
import { pauseSchedule } from '#queue/operate/schedules.ts';
import { operatorRoute } from './operator-route.ts';
import { pausedAnswer } from './pause-route.ts';

export const postSchedulePause = operatorRoute({
  method: 'POST',
  path: '/v1/schedules/{name}/pause',
  summary: 'Stops a schedule: nothing is enqueued for due times until it is resumed.',
  scope: 'operate',
  answer: pausedAnswer,
  example: { answer: { name: 'weekly-summary', paused: true } },
  missing: 'No schedule has this name.',
  run: async (database, { target, actor }) => {
    await pauseSchedule(database, target, actor);
    return { name: target, paused: true };
  },
});
