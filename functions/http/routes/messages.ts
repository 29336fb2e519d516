// The routes of messages that are stored: how far they have come, cancelling them, delivering them again.
import * as z from 'zod';
import { text } from '#functions/http/read/text.ts';
import type { Route } from '#functions/http/route.ts';
import { cancelMessage } from '#queue/operate/cancel.ts';
import { replayMessage } from '#queue/operate/replay.ts';
import { messageStatusRoute, noSuchMessage } from './message-status.ts';
import { operatorRoute } from './operator-route.ts';
import { atHolder } from './spread.ts';

export const messageRoutes: readonly Route[] = [
  messageStatusRoute,
  operatorRoute({
    method: 'DELETE',
    path: '/v1/messages/{id}',
    summary:
      'Cancels the deliveries of a message that nobody has started; what is being processed goes on.',
    scope: 'operate',
    answer: z.object({
      cancelled: z.array(z.string()).describe('The queues in which it waited.'),
      relayed: z
        .array(z.string())
        .exactOptional()
        .describe('Those in which SQS has it, where it goes on.'),
    }),
    example: { answer: { cancelled: ['payments'] } },
    spread: atHolder,
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
    spread: atHolder,
    missing: noSuchMessage,
    isOnceOnly: true,
    run: (database, { target, body, actor }) =>
      replayMessage(database, { id: target, ...body, actor }),
  }),
];
