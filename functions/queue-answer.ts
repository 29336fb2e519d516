// A queue's figures as answers show them.
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
  oldestPendingSeconds: z.number().nullable(),
  perMinute: z
    .object({ done: perMinute, retried: perMinute, dead: perMinute })
    .describe('On average over five minutes.'),
});

export const noSuchQueue = 'No queue has this name.';
