// The table of docs/versions.md: a line for each release with its schema and the release whose code that serves as well.

interface Release {
  readonly version: string;
  /** The number of the newest table file. */
  readonly schema: string;
}

const line = /^\| (\S+) +\| (\d{4}) +\| (\S+) +\|$/;

/** Adds the line of a release, in place of the line `next`, if there is one. Throws when there is no table. */
export function withRelease(page: string, { version, schema }: Release): string {
  const lines = page.split('\n').filter((text) => line.exec(text)?.[1] !== 'next');
  const last = lines.findLastIndex((text) => line.test(text));
  const [, previous] = line.exec(lines[last] ?? '') ?? [];
  const header = lines.find((text) => /^\| package +\| schema +\| /.test(text));
  if (previous === undefined || header === undefined)
    throw new Error('docs/versions.md has no table of versions');
  const widths = header
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.length - 2);
  const cells = [version, schema, previous].map((cell, n) => ` ${cell.padEnd(widths[n] ?? 0)} `);
  return lines.toSpliced(last + 1, 0, `|${cells.join('|')}|`).join('\n');
}
