// JSON as a person types it into a field.
import { isRounded } from '#client/rounded-number.ts';

/** What it says, or the sentence that says why it cannot be sent. */
export type TypedJson = { readonly value: unknown } | { readonly fault: string };

/** An empty field is null. */
export function typedJson(text: string): TypedJson {
  if (text.trim() === '') return { value: null };
  let tooLarge: number | undefined;
  try {
    const value: unknown = JSON.parse(text, (_name, each) => {
      if (isRounded(each)) tooLarge ??= each;
      return each;
    });
    if (tooLarge === undefined) return { value };
    return { fault: `${tooLarge} is too large to be sent as it is: write it as a string.` };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : error}` };
  }
}
