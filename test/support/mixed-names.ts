// Pairs of texts whose field names V8 mixes up, when it reads one right after the other; see queue/parse-json.ts.
let pairs = 0;

/** Two objects with these names, written as JSON, behind one that is the first of no other object in this process. */
export function textsWithNames(first: string, second: string): [string, string] {
  pairs += 1;
  return [`{"pair_${pairs}":0,${first}:1}`, `{"pair_${pairs}":0,${second}:1}`];
}

export const secondNameOf = (value: unknown): string | undefined => Object.keys(Object(value))[1];
