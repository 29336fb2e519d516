// Keeps the values of a type's redacted fields out of what is recorded and logged of a failure. Runs only then.
import type { AnyMessageType } from './message-type.ts';
import { redactedValues, shortestText } from './redacted-values.ts';
import { upcast } from './upcast.ts';

export type Redact = (text: string) => string;

export const asItIs: Redact = (text) => text;

/** For texts that may repeat something of these payloads: an error's, whoever wrote it. */
export function redactionOf(
  type: AnyMessageType,
  payloads: readonly { readonly payload: unknown; readonly version: number }[],
): Redact {
  if (type.redact.length === 0) return asItIs;
  const values = payloads.flatMap(({ payload, version }) => [
    ...redactedValues(payload, type.redact),
    ...(version === type.version ? [] : upcastedValues(type, payload, version)),
  ]);
  // Longest first: a value may be part of another.
  const forms = [...new Set(values.flatMap(formsOf))]
    .filter((form) => form.length >= shortestText)
    .sort((a, b) => b.length - a.length);
  // The same error may be recorded for every message of a batch.
  const known = new Map<string, string>();
  return (text) => {
    const redacted = known.get(text) ?? forms.reduce(without, text);
    known.set(text, redacted);
    return redacted;
  };
}

const without = (text: string, form: string) => text.replaceAll(form, '[redacted]');

// What the handler saw of an older message may differ from what was stored.
function upcastedValues(type: AnyMessageType, payload: unknown, version: number): string[] {
  const upcasted = upcast(type, payload, version);
  return upcasted.ok ? redactedValues(upcasted.payload, type.redact) : [];
}

/** How errors usually repeat a value: as it is, tidied up, inside JSON, inside a URL. */
function formsOf(value: string): string[] {
  const text = value.toWellFormed();
  return [text, text.trim(), text.trim().toLowerCase()].flatMap((form) => [
    form,
    JSON.stringify(form).slice(1, -1),
    encodeURIComponent(form),
  ]);
}
