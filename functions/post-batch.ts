// POST /v1/messages/batch: enqueue many messages, all or none.
import type { Handler } from 'hono';
import * as z from 'zod';
import { type Edge, type EdgeEnvironment, refuse } from './edge.ts';
import { enqueueCandidates, refuseFaults } from './enqueue-candidates.ts';
import { issueFaults } from './issue-faults.ts';
import { jsonBody } from './json-body.ts';

const mostMessages = 1_000;

const batch = z.strictObject({ messages: z.array(z.unknown()).min(1).max(mostMessages) });

export function postBatch(edge: Edge): Handler<EdgeEnvironment> {
  return async (request) => {
    const body = await jsonBody(request);
    if (!body.ok) return refuse(request, body.problem);
    const { data, error } = batch.safeParse(body.value);
    if (error) return refuseFaults(request, issueFaults(error, '', ['messages']));
    const candidates = data.messages.map((value, index) => ({
      value,
      pointer: `/messages/${index}`,
    }));
    const stored = await enqueueCandidates(edge, request, candidates);
    return stored instanceof Response ? stored : request.json({ messages: stored }, 202);
  };
}
