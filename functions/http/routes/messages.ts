// The operators' routes of messages: how far they have come, cancelling them, delivering them again.
import * as z from 'zod';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { cancelMessage } from '#queue/operate/cancel.ts';
import { messageStatus } from '#queue/operate/message-status.ts';
import { replayMessage } from '#queue/operate/replay.ts';
import {
  attemptOutcome,
  deliveryStatus,
  moment,
  momentOrNull,
  shownError,
  shownErrorOrNull,
} from './answer-values.ts';
import { exampleId, exampleInstant, exampleMessage } from './example-message.ts';
import { operatorRoute } from './operator-route.ts';

const attempt = z.object({
  attempt: z.int(),
  outcome: attemptOutcome,
  startedAt: momentOrNull,
  finishedAt: moment,
  error: shownErrorOrNull,
});

const delivery = z.object({
  queue: z.string(),
  status: deliveryStatus,
  availableAt: momentOrNull,
  finishedAt: momentOrNull,
  attempts: z.array(attempt),
});

const message = z.object({
  id: z.string(),
  type: z.string(),
  payload: z.unknown(),
  headers: z.record(z.string(), z.string()),
  createdAt: moment,
  groupKey: z.string().nullable(),
  causedBy: z.string().nullable().describe('The message whose handler has enqueued it.'),
  status: deliveryStatus,
  deliveries: z.array(delivery),
});

const example = {
  id: exampleId,
  ...exampleMessage,
  headers: {},
  createdAt: exampleInstant,
  groupKey: null,
  causedBy: null,
  status: 'pending',
  deliveries: [
    {
      queue: 'payments',
      status: 'pending',
      availableAt: exampleInstant,
      finishedAt: null,
      attempts: [],
    },
  ],
};

export const noSuchMessage = 'No message has this id, or its retention period has ended.';

export const messageRoutes: readonly Route[] = [
  operatorRoute({
    method: 'GET',
    path: '/v1/messages/{id}',
    summary: 'Tells how far each delivery of a message has come.',
    scope: 'read',
    answer: message,
    example: { answer: example },
    missing: noSuchMessage,
    run: async (database, { target }) => {
      const found = await messageStatus(database, target);
      const deliveries = found?.deliveries.map((delivery) => ({
        ...delivery,
        attempts: delivery.attempts.map((made) => ({ ...made, error: shownError(made.error) })),
      }));
      return found && { ...found, deliveries };
    },
  }),
  operatorRoute({
    method: 'DELETE',
    path: '/v1/messages/{id}',
    summary:
      'Cancels the deliveries of a message that nobody has started; what is being processed goes on.',
    scope: 'operate',
    answer: z.object({ cancelled: z.array(z.string()).describe('The queues in which it waited.') }),
    example: { answer: { cancelled: ['payments'] } },
    missing: noSuchMessage,
    isOnceOnly: true,
    run: (database, { target, actor }) => cancelMessage(database, target, actor),
  }),
  operatorRoute({
    method: 'POST',
    path: '/v1/messages/{id}/replay',
    summary:
      'Delivers a kept message again, to one queue or to all that subscribe to its type now.',
    scope: 'operate',
    body: z.strictObject({ queue: text.exactOptional() }),
    isBodyOptional: true,
    status: 202,
    answer: z.object({
      queues: z.array(z.string()).describe('Those that got it; not those in which it is live.'),
    }),
    example: { body: { queue: 'payments' }, answer: { queues: ['payments'] } },
    missing: noSuchMessage,
    isOnceOnly: true,
    run: (database, { target, body, actor }) =>
      replayMessage(database, { id: target, ...body, actor }),
  }),
];
