// What API Extractor's model of an entry says of its exports; the model has the docstrings, which the report leaves out.

/** Something that an entry exports. */
export interface Exported {
  readonly name: string;
  /** "Function", "Class", "Interface", "TypeAlias", "Variable". */
  readonly kind: string;
  readonly docComment: string;
}

/** The exports of an entry, from the text of its model. */
export function exportedIn(model: string): readonly Exported[] {
  const { members }: { members: readonly { members: readonly Exported[] }[] } = JSON.parse(model);
  return members.flatMap(({ members: exported }) => exported);
}

/** A sentence for each function and class whose docstring shows no call. */
export const withoutExample = (exported: readonly Exported[]): readonly string[] =>
  exported
    .filter(({ kind }) => kind === 'Function' || kind === 'Class')
    .filter(({ docComment }) => !docComment.includes('@example'))
    .map(({ name }) => `The docstring of "${name}" has no @example.`);
