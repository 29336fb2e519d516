// The HTTP API, and the first file to read of it. A request passes these parts, in this order:
//
//   gateway-adapter.ts  makes API Gateway's event a web Request, and the Response a result for API Gateway
//   request-log.ts      writes one line for each request once its answer is known
//   caller/             finds out who calls (by API key, JWT or IAM) and refuses who lacks the route's scope
//   routes/             one file for each resource; a route is declared once, for the app and for its description
//   read/               makes query, headers and body checked values, or lists everything that is wrong with them
//   spread/             with several databases: asks all of them, or the one that has a message, and makes one answer
//   enqueue/            what both enqueue routes share: turns the body's messages into stored ones, all or none
//   console/            answers with the files of the page at /console, which then calls the routes
//   openapi/            describes the API from the same declarations that the app serves
//   answer-error.ts     answers for what was thrown
//
// The files beside this one hold what all of them speak of: api.ts (the outside and the request), caller.ts, route.ts,
// problem.ts (an answer that is a refusal) and fault.ts (one thing that is wrong in a request).
import type { MiddlewareHandler } from 'hono';
import { Hono } from 'hono/tiny';
import { authenticate } from '#functions/http/caller/authenticate.ts';
import { requireScope } from '#functions/http/caller/require-scope.ts';
import { tokenOr } from '#functions/http/caller/token-holder.ts';
import { serveConsole } from '#functions/http/console/serve-console.ts';
import { routes } from '#functions/http/routes/routes.ts';
import { answerError } from './answer-error.ts';
import { type Api, type ApiEnvironment, refuse } from './api.ts';
import { armAfterChange } from './arm-after-change.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { requestLog } from './request-log.ts';
import type { ServedRoute } from './route.ts';

/** The API as a web-standard application, whose environment is the Lambda event. */
export function createApp(api: Api): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  const authenticated = authenticate(api);
  app.use(requestLog(api.log));
  for (const [path, ofPath] of Map.groupBy(routes, patternOf)) {
    for (const route of ofPath)
      app.on([route.method], [path], ...guards(api, route, authenticated), route.handle(api));
    app.all(path, methodNotAllowed(ofPath.map(({ method }) => method)));
  }
  if (api.console) serveConsole(app, api.console);
  app.notFound((request) =>
    refuse(request, { kind: 'not-found', detail: 'There is no such route.' }),
  );
  app.onError(answerError(api.log));
  return app;
}

const patternOf = ({ path }: ServedRoute) => path.replace(/\{(\w+)\}/g, ':$1');

type Guard = MiddlewareHandler<ApiEnvironment>;

// Whether a caller may enqueue depends on the type of each message, so that check is the route's own.
function guards(api: Api, route: ServedRoute, authenticated: Guard): Guard[] {
  const { method, scope } = route;
  if (scope === undefined) return [];
  if (scope !== 'read' && scope !== 'operate') return [authenticated];
  if (route.takesStatusToken) return tokenOr(api, [authenticated, requireScope(scope)]);
  const changes = method !== 'GET' && api.wakeUps?.sleeps;
  return [authenticated, requireScope(scope), ...(changes ? [armAfterChange(api)] : [])];
}
