// Keeps the values of a type's redacted fields out of what is recorded and logged of a failure. The values are looked
// up in the payload and replaced wherever they occur in the text, since an error may repeat them anywhere: no pattern
// would know what a name or an address looks like. Runs only when something has failed.
import type { AnyMessageType } from './message-type.ts';
import { redactedValues, shortestText } from './redacted-values.ts';
import { upcast } from './upcast.ts';

/** What of an error is kept. */
export interface Redaction {
  /** Gives the text with every redacted value replaced by "[redacted]". */
  text(text: string): string;
  /** Whether messages and stacks are kept, besides names and codes. */
  readonly keepsTexts: boolean;
}

/** For errors that need no redaction. */
export const asItIs: Redaction = { text: (text) => text, keepsTexts: true };

/** Makes the redaction for errors that may repeat something of these payloads, whoever wrote them. */
export function redactionOf(
  type: AnyMessageType,
  payloads: readonly { readonly payload: unknown; readonly version: number }[],
): Redaction {
  return { text: redactTexts(type, payloads), keepsTexts: type.errors === 'whole' };
}

function redactTexts(
  type: AnyMessageType,
  payloads: readonly { readonly payload: unknown; readonly version: number }[],
): Redaction['text'] {
  if (type.redact.length === 0) return asItIs.text;
  const values = payloads.flatMap(({ payload, version }) => [
    ...redactedValues(payload, type.redact),
    ...(version === type.version ? [] : upcastedValues(type, payload, version)),
  ]);
  // Longest first: where one value is part of another, the shorter would break the longer up and leave the rest of it.
  const forms = [...new Set(values.flatMap(formsOf))]
    .filter((form) => form.length >= shortestText)
    .sort((a, b) => b.length - a.length);
  // When a batch fails, the same few texts are recorded for every one of its messages.
  const known = new Map<string, string>();
  return (text) => {
    const redacted = known.get(text) ?? forms.reduce(without, text);
    known.set(text, redacted);
    return redacted;
  };
}

const without = (text: string, form: string) => text.replaceAll(form, '[redacted]');

// A handler saw the upcast form of an older payload, so its error may repeat values that are not in the stored one.
function upcastedValues(type: AnyMessageType, payload: unknown, version: number): string[] {
  const upcasted = upcast(type, payload, version);
  return upcasted.ok ? redactedValues(upcasted.payload, type.redact) : [];
}

/**
 * The forms in which errors usually repeat a value: as it is, trimmed or lower-cased, inside JSON, inside JSON that is a text
 * in JSON again, as a request's body in an error of it, inside a URL, inside JSON in a URL.
 */
function formsOf(value: string): string[] {
  const text = value.toWellFormed();
  return [text, text.trim(), text.trim().toLowerCase()].flatMap((form) => [
    form,
    inJson(form),
    inJson(inJson(form)),
    encodeURIComponent(form),
    encodeURIComponent(inJson(form)),
  ]);
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
