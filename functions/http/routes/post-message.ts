// POST /v1/messages: enqueues one message.
import * as z from 'zod';
import { refuse } from '#functions/http/api.ts';
import { enqueueCandidates, enqueueProblems } from '#functions/http/enqueue/enqueue-candidates.ts';
import { singleEnvelope } from '#functions/http/enqueue/message-envelope.ts';
import { traceFrom, traceHeader } from '#functions/http/enqueue/trace-header.ts';
import { messageSchema } from '#functions/http/openapi/message-schema.ts';
import { jsonBody } from '#functions/http/read/json-body.ts';
import { readHeaders } from '#functions/http/read/parameters.ts';
import type { Route } from '#functions/http/route.ts';
import { enqueuedAnswer } from './enqueued-answer.ts';
import { exampleEnqueued, exampleMessage } from './example-message.ts';

const headers = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
    .exactOptional()
    .describe('The same key and type within the window is the same message.'),
  traceparent: traceHeader,
});

export const postMessage: Route = {
  method: 'POST',
  path: '/v1/messages',
  summary: 'Enqueues a message.',
  scope: 'enqueue',
  headers,
  body: singleEnvelope,
  bodySchema: (registry) => messageSchema(registry, singleEnvelope),
  status: 202,
  answer: enqueuedAnswer,
  example: { body: exampleMessage, answer: exampleEnqueued },
  problems: enqueueProblems,
  handle: (api) => async (request) => {
    const given = readHeaders(request, headers);
    if (given instanceof Response) return given;
    const body = await jsonBody(request);
    if (!body.ok) return refuse(request, body.problem);
    const { 'idempotency-key': idempotencyKey, traceparent } = given;
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const fromHeaders = { ...key, ...traceFrom(traceparent) };
    const stored = await enqueueCandidates(api, request, [
      { value: body.value, pointer: '', fromHeaders, form: singleEnvelope },
    ]);
    if (stored instanceof Response) return stored;
    const [message] = stored;
    const location = `${request.env.mount}/v1/messages/${message?.id}`;
    return request.json(message, 202, { location });
  },
};
