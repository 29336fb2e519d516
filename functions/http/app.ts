// The HTTP API: every route where it belongs, behind who may reach it.
import type { MiddlewareHandler } from 'hono';
import { Hono } from 'hono/tiny';
import { authenticate } from '#functions/http/caller/authenticate.ts';
import { requireScope } from '#functions/http/caller/require-scope.ts';
import { routes } from '#functions/http/routes/routes.ts';
import { answerError } from './answer-error.ts';
import { type Api, type ApiEnvironment, refuse } from './api.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { requestLog } from './request-log.ts';
import type { Route } from './route.ts';

/** The API as a web-standard application; its environment is the Lambda event. */
export function createApp(api: Api): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  const authenticated = authenticate(api);
  app.use(requestLog(api.log));
  for (const [path, ofPath] of Map.groupBy(routes, patternOf)) {
    for (const route of ofPath)
      app.on([route.method], [path], ...guards(route, authenticated), route.handle(api));
    app.all(path, methodNotAllowed(ofPath.map(({ method }) => method)));
  }
  app.notFound((request) =>
    refuse(request, { kind: 'not-found', detail: 'There is no such route.' }),
  );
  app.onError(answerError(api.log));
  return app;
}

const patternOf = ({ path }: Route) => path.replace(/\{(\w+)\}/g, ':$1');

type Guard = MiddlewareHandler<ApiEnvironment>;

// Enqueueing is allowed message by message, once the body is read.
function guards({ scope }: Route, authenticated: Guard): Guard[] {
  if (scope === undefined) return [];
  return scope === 'enqueue' ? [authenticated] : [authenticated, requireScope(scope)];
}
