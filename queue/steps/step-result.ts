import { reject } from '#queue/declare/ways-out.ts';
import { storableJson } from '#queue/routines/storable-json.ts';

const mostBytes = 16_384;

/** What a step gave, as JSON; null for nothing. Throws a rejection when it cannot be kept: the step would run again in vain. */
export function resultText(name: string, value: unknown): string | null {
  if (value === undefined) return null;
  const json = storableJson(value, mostBytes);
  if ('text' in json) return json.text;
  return reject(`what the step "${name}" gave cannot be kept: ${json.reason}`);
}
