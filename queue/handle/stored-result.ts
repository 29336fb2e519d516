// What of a handler's result is kept: little, since it is read with the status of its message, and what jsonb takes, since a value
// that it refuses would keep the message from being done.
import { HandlerResult } from '#queue/declare/ways-out.ts';
import type { Log } from '#queue/log.ts';
import { parseJson } from '#queue/parse-json.ts';
import { storableJson } from '#queue/routines/storable-json.ts';

const mostBytes = 4_096;

/** The result as JSON has it; undefined when the handler has returned none, or one that cannot be kept, which is logged. */
export function storedResult(returned: unknown, log: Log): unknown {
  if (!(returned instanceof HandlerResult)) return undefined;
  const json = storableJson(returned.value, mostBytes);
  if ('text' in json) return parseJson(json.text);
  log.warn('result not kept', { ...json });
  return undefined;
}
