// GET /v1/health: whether the database answers, and which schema it has. Needs no key, and tells no more.
import type { Handler } from 'hono';
import { schemaVersion } from '#queue/health.ts';
import { type Edge, type EdgeEnvironment, withDatabase } from './edge.ts';

export function getHealth(edge: Edge): Handler<EdgeEnvironment> {
  return async (request) => {
    const version = await withDatabase(edge, request, schemaVersion);
    return request.json({ status: 'ok', schemaVersion: version }, 200, {
      'cache-control': 'no-store',
    });
  };
}
