// A delivery as the body of an SQS message.
import { isInRange } from '#queue/declare/in-range.ts';
import { firstPriority, lastPriority } from '#queue/declare/message-limits.ts';
import { parseJson } from '#queue/parse-json.ts';
import type { WireMessage } from '#queue/routines/wire-message.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

const isId = (value: unknown) => isText(value) && uuid.test(String(value));
const isTime = (value: unknown) => isText(value) && !Number.isNaN(Date.parse(String(value)));
const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isPriority = (value: unknown) =>
  value === undefined || isInRange(value, { from: firstPriority, to: lastPriority });
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** What each member is, in words and as a check. */
const members: Readonly<Record<keyof WireMessage, readonly [string, (value: unknown) => boolean]>> =
  {
    id: ['a UUID', isId],
    type: ['a text', isText],
    version: ['a whole number from 1', (value) => isCount(value) && value !== 0],
    payload: ['any JSON', (value) => value !== undefined],
    headers: ['an object or null', (value) => typeof value === 'object' && !Array.isArray(value)],
    createdAt: ['an ISO 8601 instant', isTime],
    groupKey: ['a text or null', isTextOrNull],
    attempt: ['a whole number from 0', isCount],
    round: ['a whole number from 0', isCount],
    priority: ['a whole number from 1 to 9', isPriority],
    fairnessKey: ['a text', (value) => value === undefined || isText(value)],
    database: ['a whole number from 0', (value) => value === undefined || isCount(value)],
  };

/**
 * The body of the SQS message, at most 1 MiB of UTF-8 for a payload that Millrace takes. SQS refuses U+FFFE and U+FFFF, which
 * JSON leaves as they are; they can only stand inside of its strings, where they may be written as escapes.
 */
export const toBody = (message: WireMessage): string =>
  JSON.stringify(message).replace(/[\uFFFE\uFFFF]/g, (sign) =>
    sign === '\uFFFE' ? '\\uFFFE' : '\\uFFFF',
  );

/** Throws a TypeError that says what is wrong, without anything of the body in it. Members that are not known are left out. */
export function readBody(body: string): WireMessage {
  const given = parsed(body);
  const entries = Object.entries(members).flatMap(([name, [expected, isRight]]) => {
    const value = given[name as keyof WireMessage];
    if (!isRight(value))
      throw new TypeError(`${name} in the body of an SQS message is ${expected}`);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

function parsed(body: string): Partial<Record<keyof WireMessage, unknown>> {
  let given: unknown;
  try {
    given = parseJson(body);
  } catch {
    // The parser's own sentence quotes what it could not read.
    throw new TypeError('the body of an SQS message is JSON; this one is not');
  }
  if (typeof given === 'object' && given !== null) return given;
  throw new TypeError('the body of an SQS message is an object');
}
