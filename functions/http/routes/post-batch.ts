// POST /v1/messages/batch: enqueues many messages, all or none.
import * as z from 'zod';
import { refuse } from '#functions/http/api.ts';
import {
  enqueueCandidates,
  enqueueProblems,
  refuseFaults,
} from '#functions/http/enqueue/enqueue-candidates.ts';
import { batchEnvelope } from '#functions/http/enqueue/message-envelope.ts';
import { traceFrom, traceHeader } from '#functions/http/enqueue/trace-header.ts';
import { messageSchema } from '#functions/http/openapi/message-schema.ts';
import { issueFaults } from '#functions/http/read/issue-faults.ts';
import { jsonBody } from '#functions/http/read/json-body.ts';
import { readHeaders } from '#functions/http/read/parameters.ts';
import type { Route } from '#functions/http/route.ts';
import { enqueuedAnswer } from './enqueued-answer.ts';
import { exampleEnqueued, exampleMessage } from './example-message.ts';

const headers = z.object({
  // One key cannot stand for many messages. It is refused and not ignored, because whoever sends it counts on it.
  'idempotency-key': z
    .string()
    .refine(() => false, 'expected an idempotencyKey in each message instead')
    .meta({ not: {} })
    .exactOptional(),
  traceparent: traceHeader.describe('For the messages that give none of their own.'),
});
const mostMessages = 1_000;

const batch = z.strictObject({ messages: z.array(z.unknown()).min(1).max(mostMessages) });

export const postBatch: Route = {
  method: 'POST',
  path: '/v1/messages/batch',
  summary: 'Enqueues up to 1,000 messages, all or none.',
  scope: 'enqueue',
  headers,
  body: batch,
  bodySchema: (registry) => {
    const items = messageSchema(registry, batchEnvelope);
    const messages = { type: 'array', items, minItems: 1, maxItems: mostMessages };
    return { type: 'object', properties: { messages }, required: ['messages'] };
  },
  status: 202,
  answer: z.object({ messages: z.array(enqueuedAnswer).describe('In the order of the request.') }),
  example: { body: { messages: [exampleMessage] }, answer: { messages: [exampleEnqueued] } },
  problems: enqueueProblems,
  handle: (api) => async (request) => {
    const given = readHeaders(request, headers);
    if (given instanceof Response) return given;
    const body = await jsonBody(request);
    if (!body.ok) return refuse(request, body.problem);
    const { data, error } = batch.safeParse(body.value);
    if (error) return refuseFaults(request, issueFaults(error, '', ['messages']));
    const fromHeaders = traceFrom(given.traceparent);
    const candidates = data.messages.map((value, index) => ({
      value,
      pointer: `/messages/${index}`,
      fromHeaders,
      form: batchEnvelope,
    }));
    const stored = await enqueueCandidates(api, request, candidates);
    return stored instanceof Response ? stored : request.json({ messages: stored }, 202);
  },
};
