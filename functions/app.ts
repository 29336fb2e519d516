// The HTTP API: which route does what, and who may reach it.
import { Hono } from 'hono/tiny';
import { answerError } from './answer-error.ts';
import { authenticate } from './authenticate.ts';
import { type Edge, type EdgeEnvironment, refuse } from './edge.ts';
import { getHealth } from './get-health.ts';
import { getMessage } from './get-message.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { postBatch } from './post-batch.ts';
import { postMessage } from './post-message.ts';
import { requestLog } from './request-log.ts';

/** The API as a web-standard application; its environment is the Lambda event. */
export function createApp(edge: Edge): Hono<EdgeEnvironment> {
  const app = new Hono<EdgeEnvironment>();
  const authenticated = authenticate(edge);
  app.use(requestLog(edge.log));

  app.get('/v1/health', getHealth(edge));
  app.all('/v1/health', methodNotAllowed('GET'));
  app.post('/v1/messages', authenticated, postMessage(edge));
  app.all('/v1/messages', methodNotAllowed('POST'));
  app.post('/v1/messages/batch', authenticated, postBatch(edge));
  app.all('/v1/messages/batch', methodNotAllowed('POST'));
  app.get('/v1/messages/:id', authenticated, getMessage(edge));
  app.all('/v1/messages/:id', methodNotAllowed('GET'));

  app.notFound((request) =>
    refuse(request, { kind: 'not-found', detail: 'There is no such route.' }),
  );
  app.onError(answerError(edge.log));
  return app;
}
