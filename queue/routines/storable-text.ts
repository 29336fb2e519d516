/**
 * A text as jsonb takes it, cut to so many characters. Postgres refuses NUL characters and lone halves of surrogate pairs, and with
 * them the whole statement.
 */
export const storableText = (text: string, longest: number): string =>
  text.slice(0, longest).replaceAll('\u0000', '\ufffd').toWellFormed();
