// Finds the values that stand at a type's redacted paths in one payload, as the texts in which an error might repeat
// them.

import { isObject } from '#queue/is-object.ts';
import { misuse } from '#queue/misuse.ts';

/**
 * The shortest text, in characters, that counts as a value to hide. Shorter ones, such as "DE", say little by
 * themselves, and replacing them wherever they occur would make every error unreadable.
 */
export const shortestText = 4;
/** The same for numbers: 5 may be anything, 4111111111111111 is a card. */
const fewestDigits = 6;

const pathForm = /^[^.]+(\.[^.]+)*$/;

/** Throws a TypeError that names the first path that is not of the form `a.b.c`. */
export function requireRedactPaths(type: { name: string; redact: readonly string[] }): void {
  const unfit = type.redact.find((path) => typeof path !== 'string' || !pathForm.test(path));
  if (unfit !== undefined)
    misuse(
      `Message type "${type.name}": redact takes fields such as "email", "card.number" or "items.*.sku"; got "${unfit}"`,
    );
}

/** Paths are as in a message type's `redact`. An object or a list at a path counts with everything in it. */
export function redactedValues(payload: unknown, paths: readonly string[]): string[] {
  return paths.flatMap((path) => found(payload, path.split('.')).flatMap(texts));
}

function found(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (key === undefined) return [value];
  if (!isObject(value)) return [];
  if (key === '*') return Object.values(value).flatMap((each) => found(each, rest));
  if (Array.isArray(value) || !Object.hasOwn(value, key)) return [];
  return found((value as Readonly<Record<string, unknown>>)[key], rest);
}

// With a list of its own of what is still to be looked at: a function that called itself for each level would overflow
// the stack on a payload that was nested deeply enough.
function texts(value: unknown): string[] {
  const found: string[] = [];
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string' && next.length >= shortestText) found.push(next);
    else if (typeof next === 'number' && digits(next) >= fewestDigits) found.push(String(next));
    else if (isObject(next)) for (const member of Object.values(next)) open.push(member);
  }
  return found;
}

const digits = (value: number) => String(value).replaceAll(/\D/g, '').length;
