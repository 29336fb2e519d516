// GET /v1/messages/{id}/chain: what caused a message, and what it has caused.
import * as z from 'zod';
import type { Route } from '#functions/http/route.ts';
import { messageChain } from '#queue/operate/messages.ts';
import { exampleLink, messageItem } from './list-messages.ts';
import { noSuchMessage } from './message-status.ts';
import { operatorRoute } from './operator-route.ts';
import { ofAll } from './spread.ts';

export const chainAnswer = z.object({
  items: z
    .array(messageItem.omit({ groupKey: true, deliveries: true }))
    .describe('At most 200: up to 50 causes, the first one first, the message, its follow-ups.'),
  more: z.boolean().describe('Whether there are others.'),
});

export const getMessageChain: Route = operatorRoute({
  method: 'GET',
  path: '/v1/messages/{id}/chain',
  summary: 'Shows what caused a message, back to the first, and its follow-ups down to the last.',
  scope: 'read',
  spread: ofAll('chain'),
  answer: chainAnswer,
  example: { answer: { items: [exampleLink], more: false } },
  missing: noSuchMessage,
  run: (database, { target }) => messageChain(database, target),
});
