// GET /v1/history: throughput, failures and latency of queues over the last hour, day or week.
import * as z from 'zod';
import type { History } from '#client/queue-answers.ts';
import { text } from '#functions/http/read/text.ts';
import { drainHistory } from '#queue/operate/history.ts';
import { moment } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { ofAll } from './spread.ts';

const period = z.enum(['hour', 'day', 'week']);
const count = z.int().min(0);
const milliseconds = z.number().min(0).nullable();
const percentiles = z.object({ p50: milliseconds, p95: milliseconds });

const counts = z.object({
  done: count,
  retried: count,
  snoozed: count,
  dead: count,
  waitMs: percentiles.describe('How long deliveries had been due when they were claimed.'),
  runMs: percentiles.describe('How long handlers ran.'),
});

const exampleCounts = {
  done: 5400,
  retried: 12,
  snoozed: 0,
  dead: 1,
  waitMs: { p50: 812.4, p95: 2310 },
  runMs: { p50: 41.3, p95: 187.9 },
};

export const getHistory = operatorRoute({
  method: 'GET',
  path: '/v1/history',
  summary: 'Tells what drains did, and how long it took, over the last hour, day or week.',
  scope: 'read',
  spread: ofAll('history'),
  query: z.strictObject({
    period: period.default('hour').describe('By minutes, by 15 minutes, or by hours.'),
    queue: text.exactOptional().describe('This queue alone.'),
  }),
  answer: z.object({
    period,
    slotSeconds: z.int(),
    from: moment,
    to: moment.describe('The end of the slot that is under way.'),
    queues: z
      .array(
        z.object({
          queue: z.string(),
          total: counts,
          slots: z.array(counts.extend({ at: moment.describe('Its beginning.') })),
        }),
      )
      .describe('Queues and slots in which nothing happened are left out.'),
  }) satisfies z.ZodType<History>,
  example: {
    answer: {
      period: 'hour',
      slotSeconds: 60,
      from: exampleInstant,
      to: exampleInstant,
      queues: [
        {
          queue: 'payments',
          total: exampleCounts,
          slots: [{ at: exampleInstant, ...exampleCounts }],
        },
      ],
    } satisfies History,
  },
  run: (database, { query }) => drainHistory(database, query),
});
