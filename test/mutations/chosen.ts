import type { Mutation } from './mutation.ts';

/** The mutations that the words of a command line ask for: all of them without any. Throws when none has such a name. */
export function chosen(mutations: readonly Mutation[], words: readonly string[]): Mutation[] {
  const beginnings = words.filter((word) => word !== '--quick');
  const isQuickOnly = words.length > beginnings.length;
  const found = mutations.filter(
    ({ name, isQuick }) =>
      (beginnings.length === 0 || beginnings.some((beginning) => name.startsWith(beginning))) &&
      (!isQuickOnly || isQuick),
  );
  if (found.length === 0) throw new Error(`no mutation has a name that begins with ${beginnings}`);
  return found;
}
