// What a target is, and the words that the lists of them share.

export interface Target {
  readonly what: string;
  readonly bound: number;
  /** Whether the value must be at most the bound; at least, otherwise. */
  readonly atMost?: boolean;
  /** Undefined when the run has not measured it. */
  readonly reached: (read: Read) => number | undefined;
}

/** A median of one run: the rate of messages, unless another value is named. */
export type Read = (
  workload: string,
  system: string,
  value?: string,
  variant?: string,
) => number | undefined;

export const tcp = 'Millrace over TCP';
export const http = 'Millrace over HTTP';
export const floor = 'bare delete … returning';
export const rate = 'messagesPerSecond';

/** The ways in which each peer is measured. */
export const peers = {
  pgmq: ['pgmq', 'pgmq, three loops'],
  graphileWorker: ['graphile-worker, batching'],
  pgBoss: ['pg-boss', 'pg-boss, three loops'],
} as const;

export const against = (here: number | undefined, there: number | undefined) =>
  here === undefined || there === undefined ? undefined : here / there;

/** The highest rate of those systems; undefined when none was measured. */
export function best(
  read: Read,
  workload: string,
  systems: readonly string[],
  variant?: string,
): number | undefined {
  const rates = systems.flatMap((system) => read(workload, system, rate, variant) ?? []);
  return rates.length > 0 ? Math.max(...rates) : undefined;
}
