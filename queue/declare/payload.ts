// Checks a payload against its type's schema: when it is enqueued over HTTP or by a handler, and again before a
// handler gets it, since SQL producers are not checked and a stored payload may be older than the schema. There is
// one schema, that of the newest version, so older payloads are upcast first.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PayloadMismatch, type UpcastFailed, type VersionUnknown } from '#queue/errors.ts';
import { pointerTo } from './json-pointer.ts';
import type { AnyMessageType } from './message-type.ts';
import { redactionOf } from './redaction.ts';
import { upcast } from './upcast.ts';

interface PayloadFault {
  /** Where in the payload, as a JSON pointer (RFC 6901); empty for the whole of it. */
  readonly pointer: string;
  readonly message: string;
}

/** The schema's output, or every place where the payload does not fit. */
export type CheckedPayload =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly PayloadFault[] };

/** A CheckedPayload with its issues as one error, too, for callers that throw or record it. */
export type ValidatedPayload =
  | Extract<CheckedPayload, { ok: true }>
  | (Extract<CheckedPayload, { ok: false }> & {
      readonly error: PayloadMismatch | VersionUnknown | UpcastFailed;
    });

/**
 * Gives the schema's output, or where and why the payload does not fit. Answers a promise only if the schema does:
 * awaiting what is no promise would cost every message a turn of the event loop. The payload is of the type's own
 * version unless another is given.
 */
export function validatePayload(
  type: AnyMessageType,
  payload: unknown,
  version: number = type.version,
): ValidatedPayload | Promise<ValidatedPayload> {
  if (version === type.version) return validate(type, payload);
  const upcasted = upcast(type, payload, version);
  if (upcasted.ok) return validate(type, upcasted.payload);
  const { error } = upcasted;
  return { ok: false, issues: [{ pointer: '', message: error.message }], error };
}

function validate(
  type: AnyMessageType,
  payload: unknown,
): ValidatedPayload | Promise<ValidatedPayload> {
  const checked = type.payload['~standard'].validate(payload);
  if (checked instanceof Promise)
    return checked.then((result) => toValidatedPayload(type, payload, result));
  return toValidatedPayload(type, payload, checked);
}

function toValidatedPayload(
  type: AnyMessageType,
  payload: unknown,
  result: StandardSchemaV1.Result<unknown>,
): ValidatedPayload {
  if (!result.issues) return { ok: true, value: result.value };
  // Some schema libraries repeat the value that they got in the texts of their issues.
  const redaction = redactionOf(type, [{ payload, version: type.version }]);
  const issues = result.issues.map(({ path, message }) => ({
    pointer: pointerOf(path),
    message: redaction.text(message),
  }));
  return { ok: false, issues, error: new PayloadMismatch(type.name, issues) };
}

const pointerOf = (path: StandardSchemaV1.Issue['path'] = []): string =>
  pointerTo('', ...path.map((segment) => (typeof segment === 'object' ? segment.key : segment)));
