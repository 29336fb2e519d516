/** U+0000 or half of a surrogate pair, escaped by a backslash that is not escaped itself. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The value as JSON that jsonb takes, in at most so many bytes; or why it is none, in words that go on from its name. */
export function storableJson(
  value: unknown,
  mostBytes: number,
): { readonly text: string } | { readonly reason: string } {
  const text = jsonOf(value);
  if (text === undefined) return { reason: 'it is no JSON' };
  return Buffer.byteLength(text) <= mostBytes && !unstorable.test(text)
    ? { text }
    : { reason: `it is larger than ${mostBytes} bytes, or holds U+0000 or half a character` };
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
