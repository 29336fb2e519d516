// What the routes of queues answer: how full a queue is, and by which policy it is drained.
import * as z from 'zod';
import type { QueueDetail, QueueStats } from '#client/queue-answers.ts';

const count = z.int().min(0);
const perMinute = z.number().min(0);
const limit = z.int().nullable();
const rateLimit = z.object({ starts: z.int(), seconds: z.number(), burst: z.int() }).nullable();

export const noSuchQueue = 'No queue has this name.';

export const queueStatsAnswer = z.object({
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
  retrying: count.describe('Of what waits: how many have failed before, or wait out a snooze.'),
  capped: z.array(z.string()).describe('Those of which there may be more than were counted.'),
  oldestPendingSeconds: z.number().min(0),
  perMinute: z
    .object({ done: perMinute, retried: perMinute, dead: perMinute })
    .describe('On average over five minutes.'),
}) satisfies z.ZodType<QueueStats>;

export const queueDetailAnswer = queueStatsAnswer.extend({
  types: z.array(z.string()).describe('The message types that it subscribes to.'),
  policy: z
    .object({
      engine: z.string().describe('What carries its deliveries: postgres, sqs or sqs-fifo.'),
      leaseSeconds: z.int(),
      maxAttempts: z.int(),
      retryBaseSeconds: z.number(),
      retryMaximumSeconds: z.number(),
      groupConcurrency: z.int(),
      deadBlocksGroup: z.boolean(),
      fair: z.boolean().describe('Whether it is shared among the fairness keys that wait.'),
      maxInFlight: limit,
      maxInFlightPerKey: limit,
      maxDepth: limit,
      rateLimit,
      rateLimitPerKey: rateLimit,
    })
    .describe('What the database knows of it; null is no limit.'),
}) satisfies z.ZodType<QueueDetail>;

export const exampleStats = {
  name: 'payments',
  paused: false,
  declared: true,
  depth: { pending: 10_000, processing: 40, scheduled: 3, blocked: 0, dead: 2 },
  retrying: 3,
  capped: ['pending', 'retrying'],
  oldestPendingSeconds: 12.5,
  perMinute: { done: 5400, retried: 12.2, dead: 0.4 },
} satisfies QueueStats;

export const exampleDetail = {
  ...exampleStats,
  types: ['order.placed'],
  policy: {
    engine: 'postgres',
    leaseSeconds: 90,
    maxAttempts: 5,
    retryBaseSeconds: 5,
    retryMaximumSeconds: 3600,
    groupConcurrency: 1,
    deadBlocksGroup: false,
    fair: false,
    maxInFlight: null,
    maxInFlightPerKey: null,
    maxDepth: null,
    rateLimit: { starts: 100, seconds: 60, burst: 100 },
    rateLimitPerKey: null,
  },
} satisfies QueueDetail;
