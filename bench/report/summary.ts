// The rounds of each measurement as one value with its spread.

import type { Entry } from '../entry.ts';
import { median } from '../percentile.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Of how many rounds, or runs, it is the spread. */
  readonly count: number;
}

export interface Summary {
  readonly workload: string;
  readonly variant: string;
  readonly system: string;
  readonly values: Readonly<Record<string, Spread>>;
}

/** In the order in which they were first measured. */
export function summarise(entries: readonly Entry[]): Summary[] {
  return together(entries, ({ values }, name) => values[name]);
}

/** The summaries of several runs as one: the median of the runs' medians, with their range. */
export function mergeRuns(runs: readonly (readonly Summary[])[]): Summary[] {
  return together(runs.flat(), ({ values }, name) => values[name]?.median);
}

type Measured = Pick<Entry, 'workload' | 'variant' | 'system'> & { readonly values: object };

function together<Each extends Measured>(
  all: readonly Each[],
  read: (each: Each, name: string) => number | undefined,
): Summary[] {
  const groups = Map.groupBy(all, ({ workload, variant, system }) =>
    JSON.stringify([workload, variant, system]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { workload, variant, system } = first;
    const names = new Set(group.flatMap(({ values }) => Object.keys(values)));
    const values = [...names].map((name) => {
      const numbers = group.flatMap((each) => read(each, name) ?? []);
      return [name, spread(numbers)] as const;
    });
    return [{ workload, variant, system, values: Object.fromEntries(values) }];
  });
}

export const spread = (numbers: readonly number[]): Spread => ({
  median: median(numbers),
  least: Math.min(...numbers),
  most: Math.max(...numbers),
  count: numbers.length,
});

export interface Place {
  readonly workload: string;
  /** Default: the empty one of workloads without variants. */
  readonly variant?: string;
  readonly system: string;
  readonly value: string;
}

/** The median of one value; undefined when it was not measured. */
export function medianOf(summaries: readonly Summary[], place: Place): number | undefined {
  const { workload, variant = '', system, value } = place;
  const found = summaries.find(
    (each) => each.workload === workload && each.variant === variant && each.system === system,
  );
  return found?.values[value]?.median;
}
