// Whether a command printed what a guide shows. Of what differs between two runs only the form is compared: ids, times,
// durations and request ids. White space does not count, so JSON may be shown indented and tables as wide as
// the guide likes; "…" in the guide stands for anything.

const changing: readonly (readonly [RegExp, string])[] = [
  [/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<id>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?/g, '<time>'],
  [/("(?:durationMs|[A-Za-z]+Seconds)": ?)\d+(\.\d+)?/g, '$1<duration>'],
  [/\b\d+(\.\d+)? ?(ms|s)\b/g, '<duration>'],
  [/("requestId": ?)"[^"]+"/g, '$1"<request>"'],
  [/Bearer [\w-]{20,}/g, 'Bearer <key>'],
  // psql draws its rules as wide as the column.
  [/-{3,}/g, '---'],
  [/\s+/g, ''],
];

function withoutChanges(text: string): string {
  return changing.reduce((kept, [pattern, name]) => kept.replaceAll(pattern, name), text);
}

/** The whole of what was printed. */
export function isShown(shown: string, printed: string): boolean {
  const parts = withoutChanges(shown).split('…');
  const text = withoutChanges(printed);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text === first;
  return text.startsWith(first) && text.endsWith(last) && includesInOrder(text, parts);
}

/** Somewhere in what was printed, for the log of something that goes on running. */
export function isShownWithin(shown: string, printed: string): boolean {
  return includesInOrder(withoutChanges(printed), withoutChanges(shown).split('…'));
}

function includesInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
