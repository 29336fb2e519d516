// How deeply JSON is nested, told from its text.
import { isObject } from '#queue/is-object.ts';
import { parseJson } from '#queue/parse-json.ts';

/** Whether more than so many arrays and objects lie within each other in the JSON text. */
export const isNestedDeeper = (text: string, levels: number): boolean =>
  // Few texts have so many of them at all, and counting costs nothing beside a walk through every value.
  hasMoreOpenings(text, levels) && isDeeper(parseJson(text), levels);

function hasMoreOpenings(text: string, count: number): boolean {
  let found = 0;
  for (const sign of ['{', '[']) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      found += 1;
      if (found > count) return true;
    }
  }
  return false;
}

const isDeeper = (value: unknown, levels: number): boolean =>
  isObject(value) &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
