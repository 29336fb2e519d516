// GET /v1/messages/{id}: the message and how far each of its deliveries has come.
import * as z from 'zod';
import { messageStatus } from '#queue/operate/message-status.ts';
import { shownError, shownErrorOrNull } from './answer-values.ts';
import { attemptOutcome, deliveryStatus, moment, momentOrNull } from './delivery-status.ts';
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

export const getMessage = operatorRoute({
  method: 'GET',
  path: '/v1/messages/{id}',
  summary: 'Tells how far each delivery of a message has come.',
  scope: 'read',
  answer: z.object({
    id: z.string(),
    type: z.string(),
    payload: z.unknown(),
    headers: z.record(z.string(), z.string()),
    createdAt: moment,
    status: deliveryStatus,
    deliveries: z.array(delivery),
  }),
  example: {
    answer: {
      id: exampleId,
      ...exampleMessage,
      headers: {},
      createdAt: exampleInstant,
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
    },
  },
  missing: 'No message has this id, or its retention period has ended.',
  run: async (database, { target }) => {
    const message = await messageStatus(database, target);
    const deliveries = message?.deliveries.map((delivery) => ({
      ...delivery,
      attempts: delivery.attempts.map((made) => ({ ...made, error: shownError(made.error) })),
    }));
    return message && { ...message, deliveries };
  },
});
