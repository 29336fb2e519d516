// Finds what JSON can express but a message cannot keep: texts that Postgres's jsonb refuses, numbers that would be
// stored as other numbers, the field name __proto__, which JavaScript code may take for an object's prototype, and
// nesting so deep that it overflows stacks.

import { type Fault, faultAt, mostFaults } from '#functions/http/fault.ts';
import { pointerTo } from '#queue/declare/json-pointer.ts';
import { mostPayloadDepth } from '#queue/declare/message-limits.ts';
import { isObject } from '#queue/is-object.ts';
import { parseJson } from '#queue/parse-json.ts';

// Most bodies hold nothing suspicious. One regular expression over the text is far cheaper than a walk through every
// value, so the walk is left to the others. 101 opening brackets may be nested too deeply.
const suspiciousText = /\\u(?:00(?:00|5f)|d[89a-f])|__proto__|^(?:[^[{]*[[{]){101}/i;
const suspiciousNumber = /(?:^|[[:,\s])-?(?:\d{16}|\d[\d.]*e\+?\d{3})/i;

/** Takes the place of a number that JavaScript cannot hold exactly as it was sent. */
const inexact = Symbol('inexact number');

/** The places of a body, which is given both as text and parsed, that could not be stored as they were sent. */
export function unstorableFaults(text: string, value: unknown): Fault[] {
  const faults: Fault[] = [];
  if (suspiciousText.test(text)) collect(value, [], faults);
  // JSON.parse calls itself for each level when it has a reviver. Only here is the body known to be shallow enough.
  if (faults.length === 0 && suspiciousNumber.test(text))
    collect(parseJson(text, markInexact), [], faults);
  return faults;
}

function collect(value: unknown, path: string[], faults: Fault[]): void {
  if (faults.length === mostFaults) return;
  const reason = placeFault(path) ?? valueFault(value) ?? depthFault(value, path);
  if (reason !== undefined) {
    faults.push(faultAt(pointerTo('', ...path), 'unstorable', reason));
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      path.push(name);
      collect(member, path, faults);
      path.pop();
    }
  }
}

// A payload's outermost value has the path /payload, or /messages/0/payload in a batch.
function depthFault(value: unknown, path: readonly string[]): string | undefined {
  const above = path[0] === 'messages' ? 3 : 1;
  if (!isObject(value)) return undefined;
  return path.length >= above + mostPayloadDepth ? 'it is nested too deeply' : undefined;
}

function placeFault(path: readonly string[]): string | undefined {
  const name = path.at(-1);
  return name === '__proto__' ? 'its name is reserved' : valueFault(name);
}

function valueFault(value: unknown): string | undefined {
  if (value === inexact) return 'JSON readers would round this number; send it as a string';
  if (typeof value !== 'string') return undefined;
  if (value.includes('\0')) return 'it holds the character U+0000';
  return value.isWellFormed() ? undefined : 'it holds half of a surrogate pair';
}

function markInexact(_name: string, value: unknown, context?: { readonly source?: string }) {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return inexact;
  const source = context?.source ?? '';
  // A whole number is more often somebody's id than a measurement, so it is kept exactly or refused. A fraction may be
  // rounded: whoever sends one expects a floating-point number.
  const isExact =
    Number.isSafeInteger(value) || !/^-?\d+$/.test(source) || String(value) === source;
  return isExact ? value : inexact;
}
