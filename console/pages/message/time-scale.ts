// Where instants lie on the timeline of a message. An attempt takes milliseconds and the wait for the next one hours: on an even
// scale the attempts could not be seen. So the stretch from one instant to the next is as wide as the logarithm of its length,
// which keeps the order, and shows every attempt and every wait. The exact figures stand beside it.

/** The place of an instant, 0 (the first) to 1 (the last). What lies outside is at the nearer end. */
export type TimeScale = (instant: string) => number;

export function timeScale(instants: readonly string[]): TimeScale {
  const times = [...new Set(instants.map(milliseconds))].sort((a, b) => a - b);
  const ends = [0];
  for (let at = 1; at < times.length; at += 1)
    ends.push((ends[at - 1] ?? 0) + Math.log2(2 + (times[at] ?? 0) - (times[at - 1] ?? 0)));
  const whole = ends.at(-1) || 1;
  return (instant) => placeOf(milliseconds(instant), times, ends) / whole;
}

function placeOf(time: number, times: readonly number[], ends: readonly number[]): number {
  const next = times.findIndex((each) => each >= time);
  if (next < 0) return ends.at(-1) ?? 0;
  const [from, to] = [times[next - 1], times[next]];
  if (from === undefined || to === undefined) return 0;
  const [begin = 0, end = 0] = [ends[next - 1], ends[next]];
  return begin + ((time - from) / (to - from)) * (end - begin);
}

/** Postgres writes microseconds, which dates would cut off: attempts of less than a millisecond would have no length. */
export function milliseconds(instant: string): number {
  const fraction = /\.\d{3}(\d{1,3})/.exec(instant)?.[1] ?? '';
  return Date.parse(instant) + Number(fraction.padEnd(3, '0')) / 1_000;
}
