// GET /v1/queues/{name}/paused-keys and /waiting-keys: the fairness keys of a queue that are paused, and those with most waiting.
import * as z from 'zod';
import type { PausedKey, WaitingKey } from '#client/queue-answers.ts';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import type { Database } from '#queue/database.ts';
import { pausedKeys, waitingKeys } from '#queue/operate/fairness-keys.ts';
import { queueDetail } from '#queue/operate/queue-stats.ts';
import { moment } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor } from './page-cursor.ts';
import { noSuchQueue } from './queue-answers.ts';
import { ofAll } from './spread.ts';

const pausedKey = z.object({
  fairnessKey: z.string(),
  pausedAt: moment,
}) satisfies z.ZodType<PausedKey>;

const waitingKey = z.object({
  fairnessKey: z.string().nullable().describe('Null of what has no key.'),
  waiting: z.int().min(0).describe('About how many.'),
}) satisfies z.ZodType<WaitingKey>;

/** A queue that does not exist has no keys either: only its detail tells the two apart. */
const knownOr404 = async <Found extends { readonly items: readonly unknown[] }>(
  database: Database,
  queue: string,
  found: Found,
): Promise<Found | undefined> =>
  found.items.length > 0 || (await queueDetail(database, queue)) !== undefined ? found : undefined;

export const fairnessKeyRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/queues/{name}/paused-keys',
    summary: 'Lists the fairness keys of a queue that are paused, by key.',
    scope: 'read',
    spread: ofAll('pausedKeys'),
    query: z.strictObject({
      limit: z.int().min(1).max(1_000).default(100),
      cursor: text.exactOptional().describe('nextCursor of the page before.'),
    }),
    answer: z.object({ items: z.array(pausedKey), nextCursor }),
    example: {
      answer: {
        items: [{ fairnessKey: 'tenant-7', pausedAt: exampleInstant }],
        nextCursor: null,
      },
    },
    missing: noSuchQueue,
    run: async (database, { target, query: { limit, cursor: after = '' } }) =>
      knownOr404(database, target, await pausedKeys(database, { queue: target, limit, after })),
  }),
  operatorRoute({
    method: 'GET',
    path: '/v1/queues/{name}/waiting-keys',
    summary: 'Tells which fairness keys have most waiting in the line of a queue.',
    scope: 'read',
    spread: ofAll('waitingKeys'),
    query: z.strictObject({ limit: z.int().min(1).max(100).default(10) }),
    answer: z.object({ items: z.array(waitingKey) }),
    example: {
      answer: {
        items: [
          { fairnessKey: 'tenant-7', waiting: 40_000 },
          { fairnessKey: null, waiting: 12 },
        ],
      },
    },
    missing: noSuchQueue,
    run: async (database, { target, query: { limit } }) =>
      knownOr404(database, target, {
        items: await waitingKeys(database, { queue: target, limit }),
      }),
  }),
];
