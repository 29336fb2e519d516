// What of a handler's result is kept: little, since it is read with the status of its message, and what jsonb takes, since a value
// that it refuses would keep the message from being done.
import { HandlerResult } from '#queue/declare/ways-out.ts';
import type { Log } from '#queue/log.ts';
import { parseJson } from '#queue/parse-json.ts';

const mostBytes = 4_096;
/** U+0000 or half of a surrogate pair, escaped by a backslash that is not escaped itself. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The result as JSON has it; undefined when the handler has returned none, or one that cannot be kept, which is logged. */
export function storedResult(returned: unknown, log: Log): unknown {
  if (!(returned instanceof HandlerResult)) return undefined;
  const text = jsonOf(returned.value);
  if (text !== undefined && Buffer.byteLength(text) <= mostBytes && !unstorable.test(text))
    return parseJson(text);
  const reason =
    text === undefined
      ? 'it is no JSON'
      : `it is larger than ${mostBytes} bytes, or holds U+0000 or half a character`;
  log.warn('result not kept', { reason });
  return undefined;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
