// POST /v1/schedules/{name}/resume.
import { resumeSchedule } from '#queue/operate/schedules.ts';
import { operatorRoute } from './operator-route.ts';
import { pausedAnswer } from './pause-route.ts';

export const postScheduleResume = operatorRoute({
  method: 'POST',
  path: '/v1/schedules/{name}/resume',
  summary: 'Lets a paused schedule go on, from now: nothing is caught up.',
  scope: 'operate',
  answer: pausedAnswer,
  example: { answer: { name: 'weekly-summary', paused: false } },
  missing: 'No schedule has this name.',
  run: async (database, { target, actor }) => {
    await resumeSchedule(database, target, actor);
    return { name: target, paused: false };
  },
});
