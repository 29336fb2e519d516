import type { MiddlewareHandler } from 'hono';
import { type ApiEnvironment, refuse } from '#functions/http/api.ts';
import { holds } from '#functions/http/caller.ts';

/** Answers 403 unless the caller holds the scope. Comes after authenticate, which sets the caller. */
export function requireScope(scope: 'read' | 'operate'): MiddlewareHandler<ApiEnvironment> {
  return async (request, next) => {
    if (holds(request.get('caller'), scope)) return next();
    return refuse(request, {
      kind: 'scope-missing',
      detail: `The caller needs the scope "${scope}".`,
    });
  };
}
