/** The value below which that share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** How long each of the calls took, in milliseconds, one after another. */
export async function timeEach(
  count: number,
  call: (n: number) => Promise<unknown>,
): Promise<number[]> {
  const durations: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await call(n);
    durations.push(performance.now() - startedAt);
  }
  return durations;
}

export const latencies = (durations: readonly number[]) => ({
  p50Ms: median(durations),
  p95Ms: percentile(durations, 0.95),
});
