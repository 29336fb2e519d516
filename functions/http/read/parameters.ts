// Headers and query parameters as values, or the answer that names everything that is wrong with them.
import type * as z from 'zod';
import { type ApiRequest, refuse } from '#functions/http/api.ts';
import { type Fault, faultIn, mostFaults, summaryOf } from '#functions/http/fault.ts';

/** The query. Parameters that the schema does not know are refused: a misspelt filter would fit all. */
export function readQuery<Schema extends z.ZodObject>(
  request: ApiRequest,
  schema: Schema,
): z.output<Schema> | Response {
  // The only number among the parameters. Zod's coercion would bring four kinds of schema that nobody uses.
  const { limit, ...texts } = request.req.query();
  const given = limit === undefined ? texts : { ...texts, limit: Number(limit) };
  const parsed = schema.safeParse(given);
  return parsed.success ? parsed.data : refuseParameters(request, parsed.error, 'parameter');
}

/** Those headers that the schema names, in lower case. */
export function readHeaders<Schema extends z.ZodObject>(
  request: ApiRequest,
  schema: Schema,
): z.output<Schema> | Response {
  const given = Object.keys(schema.shape).flatMap((name) => {
    const value = request.req.header(name);
    return value === undefined ? [] : [[name, value]];
  });
  const parsed = schema.safeParse(Object.fromEntries(given));
  return parsed.success ? parsed.data : refuseParameters(request, parsed.error, 'header');
}

function refuseParameters(
  request: ApiRequest,
  error: z.ZodError,
  place: 'header' | 'parameter',
): Response {
  const errors: Fault[] = error.issues.slice(0, mostFaults).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => faultIn(place, key, 'unknown_field', `no such ${place}`));
    return [faultIn(place, String(issue.path[0]), 'invalid_field', issue.message)];
  });
  const faults = errors.slice(0, mostFaults);
  return refuse(request, { kind: 'invalid-parameter', detail: summaryOf(faults), errors: faults });
}
