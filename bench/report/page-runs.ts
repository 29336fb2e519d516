// Which runs make one page, and what a page that is published needs.
import type { Results } from '../results.ts';

export interface PageRuns {
  /** Of the Postgres that the first one has. */
  readonly main: readonly Results[];
  readonly otherVersions: readonly Results[];
}

export const fewestRuns = 3;

/** Throws a TypeError with a sentence when runs are given twice or do not compare. */
export function pageRuns(runs: readonly Results[]): PageRuns {
  const [first] = runs;
  if (!first) throw new TypeError('a report is made of at least one run');
  const starts = runs.map(({ startedAt }) => startedAt);
  const twice = starts.find((start, n) => starts.indexOf(start) < n);
  if (twice !== undefined) throw new TypeError(`the run that began at ${twice} was given twice`);
  const isMain = (run: Results) => majorOf(run) === majorOf(first);
  const main = runs.filter(isMain);
  requireSame(runs, 'scale', ({ scale }) => scale);
  requireSame(runs, 'versions of', ({ machine }) => machine.packages.join(' and '));
  requireSame(main, 'PostgreSQL', ({ machine }) => machine.postgres);
  return { main, otherVersions: runs.filter((run) => !isMain(run)) };
}

/** A single run says more about the hour it was made in than about the systems. */
export function requirePublishable({ main }: PageRuns): void {
  const measured = main.filter(({ entries }) =>
    entries.some(({ workload }) => workload === 'drain'),
  );
  if (measured.length >= fewestRuns) return;
  throw new TypeError(
    `--publish takes at least ${fewestRuns} runs that measured the drain, each from a phase of the machine of its own, by --from FILE,FILE,FILE; got ${measured.length}`,
  );
}

export const majorOf = ({ machine }: Results): string => machine.postgres.split('.')[0] ?? '';

function requireSame(
  runs: readonly Results[],
  what: string,
  read: (run: Results) => string | number,
): void {
  const [first, other] = new Set(runs.map(read));
  if (other !== undefined)
    throw new TypeError(
      `runs of one page measure the same, but have ${what} ${first} and ${other}`,
    );
}
