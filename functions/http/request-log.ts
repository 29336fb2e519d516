// Logs one line for each request: what was asked on whose behalf, how it ended and how long it took.

import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { type ApiEnvironment, requestIdOf } from './api.ts';

/** The line has the route's pattern and not the path, because a caller may put anything into a path. */
export function requestLog(log: Log): MiddlewareHandler<ApiEnvironment> {
  return async (request, next) => {
    const startedAt = monotonicMs();
    request.set('startedAt', startedAt);
    await next();
    log.info('request', {
      method: request.req.method,
      route: routePath(request),
      status: request.res.status,
      durationMs: Math.round((monotonicMs() - startedAt) * 10) / 10,
      heldMs: request.get('heldMs'),
      messages: request.get('messageCount'),
      caller: request.get('caller')?.name,
      problem: request.get('problem'),
      requestId: requestIdOf(request),
    });
  };
}
