// Turns what zod finds into faults of a request's body.
import type * as z from 'zod';
import { type Fault, faultAt, mostFaults } from '#functions/http/fault.ts';
import { pointerTo } from '#queue/declare/json-pointer.ts';

/**
 * The faults of the value at `pointer`. `fields` are the names that it may have: the fault of an unknown field lists
 * them.
 */
export function issueFaults(
  error: z.ZodError,
  pointer: string,
  fields: readonly string[],
): Fault[] {
  return error.issues
    .slice(0, mostFaults)
    .flatMap((issue) => faultsOf(issue, pointer, fields))
    .slice(0, mostFaults);
}

function faultsOf(issue: z.core.$ZodIssue, pointer: string, fields: readonly string[]): Fault[] {
  const at = pointerTo(pointer, ...issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, mostFaults).map((key) =>
      faultAt(
        pointerTo(at, key),
        'unknown_field',
        // The names are those of the value itself; inside its fields others are known.
        issue.path.length === 0 ? `no such field; known are ${fields.join(', ')}` : 'no such field',
      ),
    );
  const reason = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [faultAt(at, 'invalid_field', reason ?? issue.message)];
}
