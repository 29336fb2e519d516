// What is answered about a message that is stored.
import * as z from 'zod';
import type { MessageStatus } from '#queue/operate/message-status.ts';
import {
  attemptOutcome,
  deliveryStatus,
  moment,
  momentOrNull,
  shownError,
  shownErrorOrNull,
} from './answer-values.ts';
import { exampleId, exampleInstant, exampleMessage } from './example-message.ts';

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
  progress: z
    .object({ fraction: z.number(), note: z.string().nullable(), at: moment })
    .nullable()
    .describe('What the handler that is running has told: 0 to 1, perhaps in words.'),
  result: z.unknown().describe('What its handler has returned as its result.'),
  attempts: z.array(attempt),
});

export const messageAnswer = z.object({
  id: z.string(),
  type: z.string(),
  payload: z.unknown().exactOptional().describe('Not shown to the holder of a status token.'),
  headers: z.record(z.string(), z.string()).exactOptional().describe('As the payload.'),
  createdAt: moment,
  groupKey: z.string().nullable(),
  causedBy: z.string().nullable().describe('The message whose handler has enqueued it.'),
  status: deliveryStatus,
  revision: z.string().describe('Changes whenever something of the deliveries does.'),
  deliveries: z.array(delivery),
});

export const exampleStatus = {
  id: exampleId,
  ...exampleMessage,
  headers: {},
  createdAt: exampleInstant,
  groupKey: null,
  causedBy: null,
  status: 'pending',
  revision: '9f0c1d2e3a4b5c6d',
  deliveries: [
    {
      queue: 'payments',
      status: 'pending',
      availableAt: exampleInstant,
      finishedAt: null,
      progress: null,
      result: null,
      attempts: [],
    },
  ],
};

/** As a caller with the scope `read` may see it: the stacks of errors are for operators. */
export function shownStatus(found: MessageStatus, withStack: boolean): object {
  const deliveries = found.deliveries.map((delivery) => ({
    ...delivery,
    attempts: delivery.attempts.map((made) => ({
      ...made,
      error: shownError(made.error, withStack),
    })),
  }));
  return { ...found, deliveries };
}

/** As the holder of a status token may see it, who may be anybody's browser: neither what was sent nor why it failed. */
export function statusForHolder(found: MessageStatus): object {
  const { payload: _, headers: __, ...status } = found;
  const deliveries = found.deliveries.map((delivery) => ({
    ...delivery,
    attempts: delivery.attempts.map((made) => ({ ...made, error: null })),
  }));
  return { ...status, deliveries };
}
