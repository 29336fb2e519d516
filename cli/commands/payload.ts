// A payload as people give it: written out, in a file, or by the input.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Failure } from '#cli/failure.ts';
import { isRounded } from '#client/rounded-number.ts';
import { parseJson } from '#queue/parse-json.ts';

/** source: JSON, @ and the name of a file, or - for the input. Throws a Failure when that is no JSON, or cannot be read. */
export async function payloadFrom(source: string): Promise<unknown> {
  const json = await jsonFrom(source);
  try {
    return parseJson(json, refuseRounded);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('usage', `The payload is no JSON: ${reason}`, { cause });
  }
}

async function jsonFrom(source: string): Promise<string> {
  if (source === '-') return text(process.stdin);
  if (!source.startsWith('@')) return source;
  return readFile(source.slice(1), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure('usage', `Cannot read ${source.slice(1)}: ${cause.code ?? cause.message}`, {
      cause,
    });
  });
}

/** JavaScript would send another number than was typed, and nobody would notice. */
function refuseRounded(_name: string, value: unknown): unknown {
  if (isRounded(value))
    throw new Failure('usage', `${value} is too large to be sent as it is: write it as a string`);
  return value;
}
