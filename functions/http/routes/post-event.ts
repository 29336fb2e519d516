// POST /v1/messages/{id}/events: sends what a handler in steps waits for.
import * as z from 'zod';
import { faultAt } from '#functions/http/fault.ts';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { sendEvent } from '#queue/operate/send-event.ts';
import { moment } from './answer-values.ts';
import { exampleInstant } from './example-message.ts';
import { noSuchMessage } from './message-status.ts';
import { operatorRoute } from './operator-route.ts';
import { atHolder } from './spread.ts';

const mostBytes = 16_384;

const written = (payload: unknown = null) => JSON.stringify(payload);

export const postEvent: Route = operatorRoute({
  method: 'POST',
  path: '/v1/messages/{id}/events',
  summary:
    'Sends a message an event, for handlers in steps that wait for it. The first one of a name counts.',
  scope: 'operate',
  body: z.strictObject({ name: text.max(100), payload: z.unknown().exactOptional() }),
  answer: z.object({
    accepted: z.boolean().describe('Whether the one that counts has this payload.'),
    sentAt: moment
      .nullable()
      .describe('When that one was sent; null when the message has too many others.'),
  }),
  example: {
    body: { name: 'approved', payload: { by: 'ann' } },
    answer: { accepted: true, sentAt: exampleInstant },
  },
  spread: atHolder,
  missing: noSuchMessage,
  faults: ({ body }) =>
    Buffer.byteLength(written(body.payload)) > mostBytes
      ? [faultAt('/payload', 'payload_too_large', `expected at most ${mostBytes} bytes`)]
      : [],
  run: (database, { target, body, actor }) =>
    sendEvent(database, { id: target, name: body.name, payload: written(body.payload), actor }),
});
