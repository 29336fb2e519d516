// POST /v1/messages/{id}/replay: deliver a kept message again.
import * as z from 'zod';
import { text } from '#functions/http/read/text.ts';
import { replayMessage } from '#queue/operate/replay.ts';
import { operatorRoute } from './operator-route.ts';

export const postReplay = operatorRoute({
  method: 'POST',
  path: '/v1/messages/{id}/replay',
  summary: 'Delivers a kept message again, to one queue or to all that subscribe to its type now.',
  scope: 'operate',
  body: z.strictObject({ queue: text.exactOptional() }),
  isBodyOptional: true,
  status: 202,
  answer: z.object({
    queues: z.array(z.string()).describe('Those that got it; not those in which it is live.'),
  }),
  example: { body: { queue: 'payments' }, answer: { queues: ['payments'] } },
  missing: 'No message has this id, or its retention period has ended.',
  isOnceOnly: true,
  run: (database, { target, body, actor }) =>
    replayMessage(database, { id: target, ...body, actor }),
});
