// What a report is made of: one run, or several of them.

import type { Results } from '../results.ts';
import { medianOf, mergeRuns, type Place, type Summary, summarise } from './summary.ts';

export interface Evidence {
  readonly runs: readonly Results[];
  /** What each run found by itself: two systems compare only within one, since the machine has faster and slower hours. */
  readonly each: readonly (readonly Summary[])[];
  /** A single run with the spread of its rounds; several with the range of their medians. */
  readonly merged: readonly Summary[];
}

export function evidenceOf(runs: readonly Results[]): Evidence {
  const each = runs.map(({ entries }) => summarise(entries));
  const [first = []] = each;
  return { runs, each, merged: runs.length > 1 ? mergeRuns(each) : first };
}

/** One value as so many times another, in each run that has both. */
export function ratios({ each }: Evidence, here: Place, there: Place): number[] {
  return each.flatMap((summaries) => {
    const [value, base] = [medianOf(summaries, here), medianOf(summaries, there)];
    return value === undefined || base === undefined ? [] : [value / base];
  });
}

/** Each system that any of the runs had. */
export function systemsOf({ runs }: Evidence): Results['systems'] {
  const byName = new Map(runs.flatMap(({ systems }) => systems.map((each) => [each.name, each])));
  return [...byName.values()];
}
