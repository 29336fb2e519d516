import { mostPayloadDepth } from '#queue/declare/message-limits.ts';
import { reject } from '#queue/declare/ways-out.ts';
import { isNestedDeeper } from '#queue/routines/nesting.ts';
import { storableJson } from '#queue/routines/storable-json.ts';

const mostBytes = 16_384;

/** What a step gave, as JSON; null for nothing. Throws a rejection when it cannot be kept: the step would run again in vain. */
export function resultText(name: string, value: unknown): string | null {
  if (value === undefined) return null;
  const json = storableJson(value, mostBytes);
  if ('text' in json && !isNestedDeeper(json.text, mostPayloadDepth)) return json.text;
  const reason = 'reason' in json ? json.reason : `it has more than ${mostPayloadDepth} levels`;
  return reject(`what the step "${name}" gave cannot be kept: ${reason}`);
}
