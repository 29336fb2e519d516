// GET /v1/schedules: what is enqueued by itself, and when next.
import * as z from 'zod';
import { listSchedules } from '#queue/operate/schedules.ts';
import { momentOrNull } from './delivery-status.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';

const schedule = z.object({
  name: z.string(),
  type: z.string().describe('The message type that it enqueues.'),
  rule: z.string().describe('A cron expression, or "every 3600 s".'),
  timeZone: z.string().nullable().describe('Null for an interval.'),
  catchUp: z
    .union([z.enum(['skip', 'once']), z.object({ all: z.int() })])
    .describe('What becomes of due times that nobody was there for.'),
  paused: z.boolean(),
  nextDueAt: momentOrNull.describe('Null while paused, and until the next drain for a new one.'),
  lastDueAt: momentOrNull,
});

const exampleSchedule = {
  name: 'weekly-summary',
  type: 'summary.requested',
  rule: '0 8 * * 1',
  timeZone: 'Europe/Berlin',
  catchUp: 'once',
  paused: false,
  nextDueAt: exampleInstant,
  lastDueAt: null,
};

export const getSchedules = operatorRoute({
  method: 'GET',
  path: '/v1/schedules',
  summary: 'Lists the schedules that the code declares.',
  scope: 'read',
  answer: z.object({ items: z.array(schedule) }),
  example: { answer: { items: [exampleSchedule] } },
  run: async (database) => ({ items: await listSchedules(database) }),
});
