import type * as z from 'zod';
import { type ApiRequest, refuse } from '#functions/http/api.ts';
import { type Fault, summaryOf } from '#functions/http/fault.ts';
import { issueFaults } from './issue-faults.ts';
import { jsonBody } from './json-body.ts';

/** The body as the schema has it, or the answer that names everything that is wrong with it. */
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

export function refuseBody(request: ApiRequest, errors: readonly Fault[]): Response {
  return refuse(request, { kind: 'invalid-body', detail: summaryOf(errors), errors });
}
