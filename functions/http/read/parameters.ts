// Reads headers and query parameters: gives checked values, or the answer that names everything that is wrong.
import type * as z from 'zod';
import { type ApiRequest, refuse } from '#functions/http/api.ts';
import { type Fault, faultIn, mostFaults, summaryOf } from '#functions/http/fault.ts';

/**
 * The query. A parameter that the schema does not know is refused, since a misspelt filter would let everything pass, and
 * so is one that is given twice: callers differ in which of the two they mean. cursor: what stands in the place
 * of the query's own; an empty one is none.
 */
export function readQuery<Schema extends z.ZodObject>(
  request: ApiRequest,
  schema: Schema,
  cursor?: string,
): z.output<Schema> | Response {
  const all = request.req.queries();
  const repeated = Object.keys(all).filter((name) => all[name]?.length !== 1);
  if (repeated.length > 0) return refuseRepeated(request, repeated);
  const { cursor: own, ...others } = request.req.query();
  const given = Object.entries(others).map(([name, value]) => [
    name,
    numeric.includes(name) ? numberIn(value) : value,
  ]);
  const from = cursor === undefined ? own : cursor || undefined;
  const parsed = schema.safeParse({
    ...Object.fromEntries(given),
    ...(from !== undefined && { cursor: from }),
  });
  return parsed.success ? parsed.data : refuseParameters(request, parsed.error, 'parameter');
}

// The only parameters that are numbers. Zod's coercion would bring four kinds of schemas into the bundle that
// nobody uses, and like Number() itself take " 5", 1e1 and 0x10.
const numeric = ['limit', 'wait'];
const numberIn = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : text);

function refuseRepeated(request: ApiRequest, names: readonly string[]): Response {
  const errors = names
    .slice(0, mostFaults)
    .map((name) => faultIn('parameter', name, 'invalid_field', 'expected once'));
  return refuse(request, { kind: 'invalid-parameter', detail: summaryOf(errors), errors });
}

/** The headers that the schema names, in lower case. Others are not looked at: proxies add headers of their own. */
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
