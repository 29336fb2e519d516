// What the viewer of JSON values needs to know of a value before it shows it. A payload may have 256 KiB in some ten thousand
// values: the page stays quick because only what is open is in it, and long lists and texts come a portion at a time.

/** How many members of a list or an object are shown before somebody asks for more. */
export const portion = 100;
/** How many characters of a text are shown before somebody asks for all. */
export const longText = 1_000;

/** A value that has others in it, with their names. */
export type Members = readonly (readonly [name: string, value: unknown])[];

/** What a value has in it; null for a value that has none by its kind. */
export function membersOf(value: unknown): Members | null {
  if (Array.isArray(value)) return value.map((member, index) => [String(index), member] as const);
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  return null;
}

/** Such as "{ 3 fields }", for a value that is closed. */
export function summaryOf(value: unknown, count: number): string {
  if (Array.isArray(value)) return count === 1 ? '[ 1 item ]' : `[ ${count} items ]`;
  return count === 1 ? '{ 1 field }' : `{ ${count} fields }`;
}

/** Whether a value, with all that is in it, has at most so many values. Looks at no more than that. */
export function hasAtMost(value: unknown, most: number): boolean {
  let left = most;
  const open: unknown[] = [value];
  while (open.length > 0) {
    if (left-- === 0) return false;
    for (const [, member] of membersOf(open.pop()) ?? []) {
      if (open.length >= left) return false;
      open.push(member);
    }
  }
  return true;
}
