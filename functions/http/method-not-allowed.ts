import type { Handler } from 'hono';
import { type ApiEnvironment, refuse } from './api.ts';

/** Answers 405 for the methods of a known path that have no route. Hono serves HEAD wherever there is a GET. */
export function methodNotAllowed(allowed: readonly string[]): Handler<ApiEnvironment> {
  const methods = allowed.join(', ');
  return (request) =>
    refuse(request, {
      kind: 'method-not-allowed',
      detail: `This path takes ${methods}.`,
      headers: { allow: methods.replace('GET', 'GET, HEAD') },
    });
}
