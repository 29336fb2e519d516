// GET /v1/messages: which messages there are.
import * as z from 'zod';
import { instant } from '#functions/http/read/instant.ts';
import { text } from '#functions/http/read/text.ts';
import { uuid } from '#functions/http/read/uuid.ts';
import type { Route } from '#functions/http/route.ts';
import { messages } from '#queue/operate/messages.ts';
import { deliveryStatus, moment, momentOrNull } from './answer-values.ts';
import { exampleId, exampleInstant, exampleMessage } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';
import { nextCursor, pageCursor, pageParameters } from './page-cursor.ts';
import { inPages } from './spread.ts';

/** The id of the last message that was looked at. */
const cursors = pageCursor(uuid);

const filter = z.strictObject({
  type: text.exactOptional(),
  queue: text.exactOptional().describe('With a delivery in this queue.'),
  status: deliveryStatus
    .exactOptional()
    .describe("The message's; with a queue, its delivery's in that queue."),
  before: instant.exactOptional().describe('Sent before this instant, by the time in its id.'),
  after: instant.exactOptional().describe('Sent at this instant or later.'),
  groupKey: text.exactOptional(),
  traceId: z
    .string()
    .regex(/^[\da-f]{32}$/i, 'expected 32 hexadecimal digits')
    .toLowerCase()
    .exactOptional()
    .describe('The second part of its traceparent.'),
  idempotencyKey: text.exactOptional().describe('Of any caller, as long as the key is kept.'),
});

export const messageItem = z.object({
  id: z.string(),
  type: z.string(),
  createdAt: moment,
  groupKey: z.string().nullable(),
  causedBy: z.string().nullable().describe('The message whose handler has enqueued it.'),
  status: deliveryStatus,
  deliveries: z.array(
    z.object({
      queue: z.string(),
      status: deliveryStatus,
      attempt: z.int(),
      availableAt: momentOrNull,
      finishedAt: momentOrNull,
    }),
  ),
});

export const exampleLink = {
  id: exampleId,
  type: exampleMessage.type,
  createdAt: exampleInstant,
  causedBy: null,
  status: 'pending',
};

export const messagePage = z.object({
  items: z.array(messageItem),
  nextCursor,
  searchedTo: momentOrNull.describe('How far back a page has looked that is not full.'),
});

export const listMessages: Route = operatorRoute({
  method: 'GET',
  path: '/v1/messages',
  summary: 'Lists messages without their payloads, newest first.',
  scope: 'read',
  spread: inPages('messages'),
  query: filter.extend({
    ...pageParameters(cursors.form),
  }),
  answer: messagePage,
  example: {
    answer: {
      items: [
        {
          ...exampleLink,
          groupKey: null,
          deliveries: [
            {
              queue: 'payments',
              status: 'pending',
              attempt: 0,
              availableAt: exampleInstant,
              finishedAt: null,
            },
          ],
        },
      ],
      nextCursor: cursors.write(exampleId),
      searchedTo: null,
    },
  },
  run: async (database, { query: { limit, cursor, ...asked } }) => {
    const from = cursor === undefined ? undefined : { id: cursors.read(cursor) };
    const page = await messages(database, asked, { limit, cursor: from });
    return { ...page, nextCursor: page.nextCursor && cursors.write(page.nextCursor.id) };
  },
});
