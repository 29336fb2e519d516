// For error messages: which of the known names somebody may have meant.

/** The name with the fewest letters to change; undefined when that is more than a third of them. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const distances = known.map((name) => ({
    name,
    changes: changesBetween(given.toLowerCase(), name.toLowerCase()),
  }));
  const [nearest] = distances.sort((a, b) => a.changes - b.changes);
  return nearest && nearest.changes <= nearest.name.length / 3 ? nearest.name : undefined;
}

/** Letters to insert, delete or replace (the Levenshtein distance), row by row of the usual table. */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const [replaced = 0, deleted = 0] = row.slice(column);
      const inserted = next[column] ?? 0;
      next.push(Math.min(replaced + (letter === other ? 0 : 1), deleted + 1, inserted + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
