import { isObject } from '#queue/is-object.ts';

/** For what answers every question with an exception. */
export const unreadable = 'what was thrown cannot be read';

/** What was thrown, although it is no error, as a text. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    return isObject(thrown) ? objectText(thrown) : String(thrown);
  } catch {
    return unreadable;
  }
}

function objectText(thrown: object): string {
  // Events of failures keep their message where JSON does not look.
  if (
    'message' in thrown &&
    typeof thrown.message === 'string' &&
    !Object.hasOwn(thrown, 'message')
  )
    return thrown.message;
  const text = json(thrown);
  // The kind of a Map, a Promise and the like says more than "{}".
  if (text !== undefined && (text !== '{}' || isPlain(thrown))) return text;
  return Object.prototype.toString.call(thrown);
}

function json(thrown: object): string | undefined {
  try {
    return JSON.stringify(thrown);
  } catch {
    return undefined;
  }
}

function isPlain(thrown: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(thrown);
  return prototype === null || prototype === Object.prototype;
}
