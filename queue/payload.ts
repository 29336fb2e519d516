// Checking a payload against its type's schema, at the edge and again when a handler gets it.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AnyMessageType } from './message-type.ts';

export interface PayloadFault {
  /** JSON pointer within the payload; empty for the whole. */
  readonly pointer: string;
  readonly message: string;
}

export type CheckedPayload =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly PayloadFault[] };

/** Gives the schema's output, or where and why the payload does not fit. A promise only if the schema needs one. */
export function validatePayload(
  type: AnyMessageType,
  payload: unknown,
): CheckedPayload | Promise<CheckedPayload> {
  const checked = type.payload['~standard'].validate(payload);
  return checked instanceof Promise ? checked.then(toCheckedPayload) : toCheckedPayload(checked);
}

function toCheckedPayload(result: StandardSchemaV1.Result<unknown>): CheckedPayload {
  if (!result.issues) return { ok: true, value: result.value };
  const issues = result.issues.map(({ path, message }) => ({
    pointer: jsonPointer(path),
    message,
  }));
  return { ok: false, issues };
}

/** RFC 6901: "~" and "/" inside a key are written "~0" and "~1". */
function jsonPointer(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
