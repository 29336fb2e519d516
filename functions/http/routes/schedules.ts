// The routes of schedules: which messages are enqueued at set times, and pausing and resuming that.
import * as z from 'zod';
import type { ScheduleStatus } from '#client/deployment-answers.ts';
import type { Route } from '#functions/http/route.ts';
import { listSchedules, pauseSchedule, resumeSchedule } from '#queue/operate/schedules.ts';
import { moment, momentOrNull } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { pauseRoute } from './pause-route.ts';
import { ofFirst } from './spread.ts';

export const scheduleAnswer = z.object({
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
  upcoming: z
    .array(moment)
    .describe(
      'The next five due times; none while paused, and where this code does not know the rule.',
    ),
}) satisfies z.ZodType<ScheduleStatus>;

const example = {
  name: 'weekly-summary',
  type: 'summary.requested',
  rule: '0 8 * * 1',
  timeZone: 'Europe/Berlin',
  catchUp: 'once',
  paused: false,
  nextDueAt: exampleInstant,
  lastDueAt: null,
  upcoming: [exampleInstant],
} satisfies ScheduleStatus;

const noSuchSchedule = 'No schedule has this name.';

export const scheduleRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/schedules',
    summary: 'Lists the schedules that the code declares.',
    scope: 'read',
    spread: ofFirst,
    answer: z.object({ items: z.array(scheduleAnswer) }),
    example: { answer: { items: [example] } },
    run: async (database, _, { registry }) => ({ items: await listSchedules(database, registry) }),
  }),
  pauseRoute({
    path: '/v1/schedules/{name}/pause',
    summary: 'Stops a schedule: nothing is enqueued for due times until it is resumed.',
    spread: ofFirst,
    missing: noSuchSchedule,
    exampleName: example.name,
    paused: true,
    set: pauseSchedule,
  }),
  pauseRoute({
    path: '/v1/schedules/{name}/resume',
    summary: 'Lets a paused schedule go on, from now: nothing is caught up.',
    spread: ofFirst,
    missing: noSuchSchedule,
    exampleName: example.name,
    paused: false,
    set: resumeSchedule,
  }),
];
