// GET /v1/queues/{name}/blocked-groups: the groups in which messages wait behind others, and what each waits for.
import * as z from 'zod';
import { text } from '#functions/http/read/text.ts';
import { blockedGroups } from '#queue/operate/blocked-groups.ts';
import { queueDetail } from '#queue/operate/queue-stats.ts';
import { deliveryStatus, momentOrNull } from './answer-values.ts';
import { exampleId, exampleInstant } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor } from './page-cursor.ts';
import { noSuchQueue } from './queue-answers.ts';
import { inPages } from './spread.ts';

export const blockedGroup = z.object({
  groupKey: z.string(),
  waiting: z.int().describe('Counted up to 1000.'),
  messageId: z.string().nullable().describe('What the group waits for.'),
  status: deliveryStatus.nullable(),
  availableAt: momentOrNull,
  attempt: z.int().nullable(),
});

export const getBlockedGroups = operatorRoute({
  method: 'GET',
  path: '/v1/queues/{name}/blocked-groups',
  summary: 'Lists the groups of a queue that have members waiting behind others, by key.',
  scope: 'read',
  spread: inPages('blockedGroups'),
  query: z.strictObject({
    limit: z.int().min(1).max(1_000).default(100),
    cursor: text.exactOptional().describe('nextCursor of the page before.'),
  }),
  answer: z.object({
    items: z.array(blockedGroup),
    nextCursor,
  }),
  example: {
    answer: {
      items: [
        {
          groupKey: 'customer-7',
          waiting: 3,
          messageId: exampleId,
          status: 'scheduled',
          availableAt: exampleInstant,
          attempt: 2,
        },
      ],
      nextCursor: null,
    },
  },
  missing: noSuchQueue,
  run: async (database, { target, query: { limit, cursor: after = '' } }) => {
    const page = await blockedGroups(database, { queue: target, limit, after });
    // A queue that does not exist has no waiting groups either: only its detail tells the two apart.
    const isKnown = page.items.length > 0 || (await queueDetail(database, target)) !== undefined;
    return isKnown ? page : undefined;
  },
});
