// A queue's stats as answers show them.
import * as z from 'zod';

const count = z.int().min(0);
const perMinute = z.number().min(0);

export const queueAnswer = z.object({
  name: z.string(),
  paused: z.boolean(),
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

export const noSuchQueue = 'No queue has this name.';

export const exampleQueue = {
  name: 'payments',
  paused: false,
  depth: { pending: 10_000, processing: 40, scheduled: 3, blocked: 0, dead: 2 },
  capped: ['pending'],
  oldestPendingSeconds: 12.5,
  perMinute: { done: 5400, retried: 12.2, dead: 0.4 },
};
