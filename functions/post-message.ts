// POST /v1/messages: enqueue one message.
import type { Handler } from 'hono';
import { type Edge, type EdgeEnvironment, refuse } from './edge.ts';
import { enqueueCandidates } from './enqueue-candidates.ts';
import { jsonBody } from './json-body.ts';

export function postMessage(edge: Edge): Handler<EdgeEnvironment> {
  return async (request) => {
    const body = await jsonBody(request);
    if (!body.ok) return refuse(request, body.problem);
    const stored = await enqueueCandidates(edge, request, [{ value: body.value, pointer: '' }]);
    if (stored instanceof Response) return stored;
    const [message] = stored;
    return request.json(message, 202, { location: `/v1/messages/${message?.id}` });
  };
}
