// The rounds of each measurement as one value with its spread.
import { median } from '../percentile.ts';
import type { Entry } from '../workload.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
}

export interface Summary {
  readonly workload: string;
  readonly variant: string;
  readonly system: string;
  readonly values: Readonly<Record<string, Spread>>;
}

/** In the order in which they were first measured. */
export function summarise(entries: readonly Entry[]): Summary[] {
  const groups = Map.groupBy(entries, ({ workload, variant, system }) =>
    JSON.stringify([workload, variant, system]),
  );
  return Array.from(groups.values(), summariseRounds);
}

function summariseRounds(rounds: readonly Entry[]): Summary {
  const [first] = rounds;
  if (!first) throw new Error('a measurement has no rounds');
  const { workload, variant, system } = first;
  const names = Object.keys(first.values);
  const values = names.map((name) => {
    const numbers = rounds.flatMap((entry) => entry.values[name] ?? []);
    return [name, spread(numbers)] as const;
  });
  return { workload, variant, system, values: Object.fromEntries(values) };
}

const spread = (numbers: readonly number[]): Spread => ({
  median: median(numbers),
  least: Math.min(...numbers),
  most: Math.max(...numbers),
  rounds: numbers.length,
});

/** The median of one value; undefined when it was not measured. */
export function medianOf(
  summaries: readonly Summary[],
  place: { workload: string; variant?: string; system: string; value: string },
): number | undefined {
  const { workload, variant = '', system, value } = place;
  const found = summaries.find(
    (each) => each.workload === workload && each.variant === variant && each.system === system,
  );
  return found?.values[value]?.median;
}
