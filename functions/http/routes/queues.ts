// The routes of queues: their stats and policies, pausing and resuming them, and emptying them.
import * as z from 'zod';
import { faultAt } from '#functions/http/fault.ts';
import type { Route } from '#functions/http/route.ts';
import { pauseQueue, resumeQueue } from '#queue/operate/pause.ts';
import { purgeQueue } from '#queue/operate/purge.ts';
import { allQueueStats, queueDetail } from '#queue/operate/queue-stats.ts';
import { more } from './answer-values.ts';
import { operatorRoute } from './operator-route.ts';
import { pauseRoute } from './pause-route.ts';
import {
  exampleDetail,
  exampleStats,
  noSuchQueue,
  queueDetailAnswer,
  queueStatsAnswer,
} from './queue-answers.ts';
import { inAll, ofAll } from './spread.ts';

const count = z.int().min(0);

const loadOfKeys = async () => (await import('./seldom-routes.ts')).ofKeys;

export const queueRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/queues',
    summary: 'Gives the stats of all queues, at a cost that does not depend on their depth.',
    scope: 'read',
    spread: ofAll('queues'),
    answer: z.object({ items: z.array(queueStatsAnswer) }),
    example: { answer: { items: [exampleStats] } },
    run: async (database) => ({ items: await allQueueStats(database) }),
  }),
  operatorRoute({
    method: 'GET',
    path: '/v1/queues/{name}',
    summary:
      'Shows a queue with its stats and its policy, at a cost that does not depend on its depth.',
    scope: 'read',
    spread: ofAll('queue'),
    answer: queueDetailAnswer,
    example: { answer: exampleDetail },
    missing: noSuchQueue,
    run: (database, { target }) => queueDetail(database, target),
  }),
  pauseRoute({
    path: '/v1/queues/{name}/pause',
    summary:
      'Stops claims from a queue, or of what is for one fairness key; it goes on accepting messages.',
    spread: inAll('alike'),
    missing: noSuchQueue,
    exampleName: 'payments',
    paused: true,
    set: pauseQueue,
    setKey: async (...key) => (await loadOfKeys()).pauseKey(...key),
  }),
  pauseRoute({
    path: '/v1/queues/{name}/resume',
    summary: 'Lets a paused queue, or a paused fairness key, be claimed from again.',
    spread: inAll('alike'),
    missing: noSuchQueue,
    exampleName: 'payments',
    paused: false,
    set: resumeQueue,
    setKey: async (...key) => (await loadOfKeys()).resumeKey(...key),
  }),
  operatorRoute({
    method: 'POST',
    path: '/v1/queues/{name}/purge',
    summary: 'Cancels what waits in a queue; what is being processed goes on, dead letters stay.',
    scope: 'operate',
    spread: inAll('purge'),
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
