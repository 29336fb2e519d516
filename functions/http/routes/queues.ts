// The routes of queues: their stats, pausing and resuming them, and emptying them.
import * as z from 'zod';
import { faultAt } from '#functions/http/fault.ts';
import type { Route } from '#functions/http/route.ts';
import { pauseQueue, resumeQueue } from '#queue/operate/pause.ts';
import { purgeQueue } from '#queue/operate/purge.ts';
import { allQueueStats, queueStats } from '#queue/operate/queue-stats.ts';
import { more } from './answer-values.ts';
import { operatorRoute } from './operator-route.ts';
import { pauseRoute } from './pause-route.ts';

const count = z.int().min(0);
const perMinute = z.number().min(0);

const stats = z.object({
  name: z.string(),
  paused: z.boolean(),
  declared: z
    .boolean()
    .describe('False: no code that was deployed last has this queue, and what is in it waits.'),
  depth: z.object({
    pending: count,
    processing: count,
    scheduled: count,
    blocked: count,
    dead: count,
  }),
  capped: z.array(z.string()).describe('Those of which there may be more than were counted.'),
  oldestPendingSeconds: z.number().min(0),
  perMinute: z
    .object({ done: perMinute, retried: perMinute, dead: perMinute })
    .describe('On average over five minutes.'),
});

const example = {
  name: 'payments',
  paused: false,
  declared: true,
  depth: { pending: 10_000, processing: 40, scheduled: 3, blocked: 0, dead: 2 },
  capped: ['pending'],
  oldestPendingSeconds: 12.5,
  perMinute: { done: 5400, retried: 12.2, dead: 0.4 },
};

export const noSuchQueue = 'No queue has this name.';

export const queueRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/queues',
    summary: 'Gives the stats of all queues, at a cost that does not depend on their depth.',
    scope: 'read',
    answer: z.object({ items: z.array(stats) }),
    example: { answer: { items: [example] } },
    run: async (database) => ({ items: await allQueueStats(database) }),
  }),
  operatorRoute({
    method: 'GET',
    path: '/v1/queues/{name}',
    summary: 'Gives the stats of a queue, at a cost that does not depend on its depth.',
    scope: 'read',
    answer: stats,
    example: { answer: example },
    missing: noSuchQueue,
    run: (database, { target }) => queueStats(database, target),
  }),
  pauseRoute({
    path: '/v1/queues/{name}/pause',
    summary: 'Stops claims from a queue; it goes on accepting messages.',
    missing: noSuchQueue,
    exampleName: 'payments',
    paused: true,
    set: pauseQueue,
  }),
  pauseRoute({
    path: '/v1/queues/{name}/resume',
    summary: 'Lets a paused queue be claimed from again.',
    missing: noSuchQueue,
    exampleName: 'payments',
    paused: false,
    set: resumeQueue,
  }),
  operatorRoute({
    method: 'POST',
    path: '/v1/queues/{name}/purge',
    summary: 'Cancels what waits in a queue; what is being processed goes on, dead letters stay.',
    scope: 'operate',
    body: z.strictObject({
      confirm: z.string().describe("The queue's name once more."),
      limit: z.int().min(1).max(10_000).default(10_000),
    }),
    answer: z.object({ cancelled: count, more }),
    example: { body: { confirm: 'payments' }, answer: { cancelled: 12, more: false } },
    missing: noSuchQueue,
    isOnceOnly: true,
    // A purge cannot be undone, so a call with the wrong path must not empty another queue.
    faults: ({ target, body }) =>
      body.confirm === target
        ? []
        : [faultAt('/confirm', 'invalid_field', "expected the queue's name once more")],
    run: (database, { target, body, actor }) =>
      purgeQueue(database, { queue: target, limit: body.limit, actor }),
  }),
];
