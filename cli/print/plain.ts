// Texts that others have written, made fit for a terminal. A message's error may hold anything, also what moves the cursor,
// changes colours or turns the direction of writing.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const control = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** On one line, with control characters written as escapes. */
export const plain = (text: string): string =>
  text.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replace(control, escaped);

/** What a colour of ours begins and ends with, a line break, or a control character. */
const shownOrControl = new RegExp(`\\u001b\\[\\d{1,2}m|\\n|${control.source}`, 'g');

/**
 * Several lines, with everything else that moves the cursor escaped. It is for whole outputs, whose cells are escaped already:
 * what a sentence has of somebody else goes through here. hasColours: whether those of styleText stay.
 */
export const plainLines = (text: string, { hasColours = false } = {}): string =>
  text.replace(shownOrControl, (sign) =>
    sign === '\n' || (hasColours && sign.length > 1) ? sign : sign.replace(control, escaped),
  );

/** JSON that a terminal shows as it is: what JSON itself lets through is escaped, too, and means the same. */
export const plainJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(control, (sign) =>
    sign === '\n' && indent !== undefined ? sign : escaped(sign),
  );

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Accents on the sign before them, and what joins signs. */
const widthless = /\p{Mark}|\p{Default_Ignorable_Code_Point}/u;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += wide.test(sign) ? 2 : widthless.test(sign) ? 0 : 1;
  return width;
}

/** The text, cut to so many columns; an ellipsis says that it was. */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let cut = '';
  for (const sign of text) {
    if (widthOf(cut + sign) > columns - 1) break;
    cut += sign;
  }
  return `${cut}…`;
}
