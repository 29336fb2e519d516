// Reads a request's body as JSON. This is the one place where text from outside becomes a value.
import type { ApiRequest } from '#functions/http/api.ts';
import type { Problem } from '#functions/http/problem.ts';
import { parseJson } from '#queue/parse-json.ts';
import { shapeProblem } from './body-shape.ts';
import { jsonFaultPosition } from './json-fault-position.ts';
import { unstorableFaults } from './unstorable.ts';

type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

const mostBytes = 6 * 1024 * 1024;
const json = /^application\/json *(?:;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body's value, every part of which can be stored as it was sent, or the problem to answer with. */
export async function jsonBody({ req }: ApiRequest): Promise<Body> {
  if (!json.test(req.header('content-type') ?? ''))
    return refused('unsupported-media-type', 'The Content-Type header must be application/json.');
  const bytes = await req.arrayBuffer();
  if (bytes.byteLength > mostBytes)
    return refused('body-too-large', `A body has at most ${mostBytes} bytes.`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refused('unreadable-body', 'The body is not UTF-8.');
  }
  return parsed(text);
}

function parsed(text: string): Body {
  const problem = shapeProblem(text);
  if (problem) return { ok: false, problem };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return refused('unreadable-body', `The body stops being JSON at ${placeOfFault(text)}.`);
  }
  const errors = unstorableFaults(text, value);
  if (errors.length === 0) return { ok: true, value };
  const detail = 'The body holds values that cannot be kept as they were sent.';
  return { ok: false, problem: { kind: 'invalid-body', detail, errors } };
}

function placeOfFault(text: string): string {
  const position = jsonFaultPosition(text);
  const lines = text.slice(0, position).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `position ${position} (line ${lines.length}, column ${column})`;
}

function refused(kind: Problem['kind'], detail: string): Body {
  return { ok: false, problem: { kind, detail } };
}
