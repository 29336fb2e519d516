// What JSON can say and a message cannot keep: text that Postgres's jsonb refuses, numbers that would be
// stored as others, names that poison prototypes, and nesting that overflows stacks.
import { type Fault, faultAt, mostFaults } from '#functions/http/fault.ts';
import { pointerTo } from '#queue/declare/json-pointer.ts';

const deepest = 100;
// Most bodies hold nothing that needs a look at every member.
const suspiciousText = /\\u(?:00(?:00|5f)|d[89a-f])|__proto__|^(?:[^[{]*[[{]){101}/i;
const suspiciousNumber = /(?:^|[[:,\s])-?(?:\d{16}|\d[\d.]*e\+?\d{3})/i;

/** Stands for a number that JavaScript cannot hold as it was sent. */
const inexact = Symbol('inexact number');

/** Every place of a body, given as text and parsed, that could not be stored as it was sent. */
export function unstorableFaults(text: string, value: unknown): Fault[] {
  const faults: Fault[] = [];
  if (suspiciousText.test(text)) collect(value, [], faults);
  // Only now is it known to be shallow enough for a reviver.
  if (faults.length === 0 && suspiciousNumber.test(text))
    collect(JSON.parse(text, markInexact), [], faults);
  return faults;
}

function collect(value: unknown, path: string[], faults: Fault[]): void {
  if (faults.length === mostFaults) return;
  const reason = placeFault(path) ?? valueFault(value);
  if (reason !== undefined) {
    faults.push(faultAt(pointerTo('', ...path), 'unstorable', reason));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      path.push(name);
      collect(member, path, faults);
      path.pop();
    }
  }
}

function placeFault(path: readonly string[]): string | undefined {
  if (path.length > deepest) return 'it is nested too deeply';
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
  // A whole number is someone's id more often than a measurement: it is kept exactly or not at all.
  const isExact =
    Number.isSafeInteger(value) || !/^-?\d+$/.test(source) || String(value) === source;
  return isExact ? value : inexact;
}
