/** A longer text is not shown. It is never cut, because nothing would recognise half of a redacted value. */
const longestShown = 40;

/** What a value is, for a sentence that says what was given instead of what is wanted. Never throws. */
export function kindOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > longestShown
        ? `a text of ${value.length} characters`
        : JSON.stringify(value);
    case 'object':
      return kindOfObject(value);
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

function kindOfObject(value: object | null): string {
  try {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'a list';
    return value instanceof Promise ? 'a promise' : 'an object';
  } catch {
    // A revoked proxy throws at any question.
    return 'an object';
  }
}
