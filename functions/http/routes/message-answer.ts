// What is answered about a message that is stored.
import * as z from 'zod';
import type { MessageStatus } from '#queue/operate/message-status.ts';
import type { ErrorRecord } from '#queue/routines/error-record.ts';
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

const step = z.object({
  name: z.string(),
  kind: z.enum(['step', 'sleep', 'event']),
  version: z.int(),
  startedAt: moment,
  finishedAt: momentOrNull.describe('Null while it sleeps, or waits for the event.'),
  dueAt: momentOrNull.describe('Until when it sleeps, or waits at most.'),
  bytes: z.int().nullable().describe('The size of its result; null when it gave nothing.'),
  result: z.unknown().describe('Null where those from it to the last one have over 64 KiB.'),
});

const event = z.object({ name: z.string(), sentAt: moment });

const delivery = z.object({
  queue: z.string(),
  status: deliveryStatus,
  availableAt: momentOrNull,
  finishedAt: momentOrNull,
  endsUnseen: z
    .boolean()
    .exactOptional()
    .describe('True where SQS has it and a success is not recorded: it may be over already.'),
  progress: z
    .object({ fraction: z.number(), note: z.string().nullable(), at: moment })
    .nullable()
    .describe('Of the attempt that is running.'),
  result: z.unknown(),
  steps: z
    .array(step)
    .nullable()
    .exactOptional()
    .describe('Null when none were recorded. Not shown to the holder of a status token.'),
  events: z
    .array(event)
    .nullable()
    .exactOptional()
    .describe('Those that no step has waited for. Shown as steps are.'),
  attempts: z.array(attempt),
});

export const messageAnswer = z.object({
  id: z.string(),
  type: z.string(),
  payload: z.unknown().exactOptional().describe('Not shown to the holder of a status token.'),
  headers: z.record(z.string(), z.string()).exactOptional(),
  createdAt: moment,
  groupKey: z.string().nullable(),
  causedBy: z.string().nullable().describe('The message whose handler has enqueued it.'),
  chordId: z.string().nullable().exactOptional().describe('The chord that it is a member of.'),
  status: deliveryStatus,
  revision: z.string(),
  deliveries: z.array(delivery),
});

export const exampleStatus = {
  id: exampleId,
  ...exampleMessage,
  headers: {},
  createdAt: exampleInstant,
  groupKey: null,
  causedBy: null,
  chordId: null,
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
      steps: null,
      events: null,
      attempts: [],
    },
  ],
};

/** What is to be seen of an error, if anything. */
type Shown = (error: ErrorRecord | null) => object | null;

const seen = (found: MessageStatus, shown: Shown) => ({
  ...found,
  deliveries: found.deliveries.map((delivery) => ({
    ...delivery,
    attempts: delivery.attempts.map((made) => ({ ...made, error: shown(made.error) })),
  })),
});

/** As a caller with the scope `read` may see it: the stacks of errors are for operators. */
export const shownStatus = (found: MessageStatus, withStack: boolean): object =>
  seen(found, (error) => shownError(error, withStack));

/**
 * As the holder of a status token may see it, who may be anybody's browser: neither what was sent, nor with what, nor in which steps it
 * is handled, nor why it failed.
 */
export function statusForHolder(found: MessageStatus): object {
  const { payload: _, headers: __, chordId: ___, ...status } = seen(found, () => null);
  return {
    ...status,
    deliveries: status.deliveries.map(({ steps: _, events: __, ...delivery }) => delivery),
  };
}
