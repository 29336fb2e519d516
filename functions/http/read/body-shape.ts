// Bounds what a body may cost before it is parsed: bytes say little about it. 6 MB can hold a million levels, or as many
// values, each of which takes its time and its memory to be parsed, checked and told of.
import type { Problem } from '#functions/http/problem.ts';
import { endOfText } from '#queue/parse-json.ts';

/** A thousand messages of 200 values each; a payload of the largest size cannot hold half as many. */
const mostValues = 200_000;
/** Payloads have at most 100, which is checked where the fault can be pointed at. */
const mostLevels = 1_000;

const [quote, comma, openList, closeList, openObject, closeObject] = Array.from('",[]{}', (sign) =>
  sign.charCodeAt(0),
);

/** The problem of a text with too many values or levels, were it JSON; undefined when both are within bounds. */
export function shapeProblem(text: string): Problem | undefined {
  let [values, levels] = [1, 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = endOfText(text, at) - 1;
    else if (sign === comma) values += 1;
    else if (sign === closeList || sign === closeObject) levels -= 1;
    else if (sign === openList || sign === openObject) {
      values += 1;
      levels += 1;
    }
    if (values > mostValues) return tooMany(`${mostValues} values`);
    if (levels > mostLevels) return tooMany(`${mostLevels} levels of arrays and objects`);
  }
  return undefined;
}

const tooMany = (what: string): Problem => ({
  kind: 'body-too-large',
  detail: `A body has at most ${what}.`,
});
