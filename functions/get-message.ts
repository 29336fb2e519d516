// GET /v1/messages/{id}: the message and how far each of its deliveries has come.
import type { Handler } from 'hono';
import { messageStatus } from '#queue/message-status.ts';
import { mayRead } from './caller.ts';
import { type Edge, type EdgeEnvironment, type EdgeRequest, refuse, withDatabase } from './edge.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function getMessage(edge: Edge): Handler<EdgeEnvironment> {
  return async (request) => {
    if (!mayRead(request.get('caller')))
      return refuse(request, {
        kind: 'scope-missing',
        detail: 'The caller needs the scope "read".',
      });
    const id = request.req.param('id') ?? '';
    if (!uuid.test(id)) return notFound(request, 'A message id is a UUID; this is none.');
    const message = await withDatabase(edge, request, (database) => messageStatus(database, id));
    if (!message)
      return notFound(request, 'No message has this id, or its retention period has ended.');
    return request.json(message, 200, { 'cache-control': 'no-store' });
  };
}

function notFound(request: EdgeRequest, detail: string): Response {
  return refuse(request, { kind: 'not-found', detail });
}
