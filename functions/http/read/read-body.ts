import type * as z from 'zod';
import { type ApiRequest, refuse } from '#functions/http/api.ts';
import { type Fault, summaryOf } from '#functions/http/fault.ts';
import { issueFaults } from './issue-faults.ts';
import { jsonBody } from './json-body.ts';

/**
 * The body as the schema describes it, or the answer that names everything that is wrong. An optional one may be empty.
 */
export async function readBody<Schema extends z.ZodObject>(
  request: ApiRequest,
  schema: Schema,
  isOptional = false,
): Promise<z.output<Schema> | Response> {
  const isAbsent = isOptional && (await request.req.arrayBuffer()).byteLength === 0;
  const body = isAbsent ? ({ ok: true, value: {} } as const) : await jsonBody(request);
  if (!body.ok) return refuse(request, body.problem);
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return parsed.data;
  return refuseBody(request, issueFaults(parsed.error, '', Object.keys(schema.shape)));
}

/** The answer that lists everything that is wrong with an operator's body. */
export function refuseBody(request: ApiRequest, errors: readonly Fault[]): Response {
  return refuse(request, { kind: 'invalid-body', detail: summaryOf(errors), errors });
}
