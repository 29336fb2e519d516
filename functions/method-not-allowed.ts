import type { Handler } from 'hono';
import { type EdgeEnvironment, refuse } from './edge.ts';

/** For the methods of a known path that have no route of their own. */
export function methodNotAllowed(allowed: string): Handler<EdgeEnvironment> {
  return (request) =>
    refuse(request, {
      kind: 'method-not-allowed',
      detail: `This path takes ${allowed}.`,
      headers: { allow: allowed === 'GET' ? 'GET, HEAD' : allowed },
    });
}
