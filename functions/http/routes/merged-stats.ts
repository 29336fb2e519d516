// The queues of several databases: each has a part of what is in a queue, and of its limits.
import type { QueueDetail, QueueStats } from '#client/queue-answers.ts';
import { byText } from '#functions/http/spread/compare.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

/** By name. */
export const mergedStats = (answers: readonly (readonly QueueStats[])[]): QueueStats[] =>
  groupedBy(answers.flat(), ({ name }) => name)
    .map((stats) => stats.reduce(both))
    .toSorted((one, other) => byText(one.name, other.name));

/** A queue that is paused in one database is shown as paused: what is there waits for somebody to resume it. */
const both = <Stats extends QueueStats>(one: Stats, other: Stats): Stats => ({
  ...one,
  paused: one.paused || other.paused,
  declared: one.declared && other.declared,
  depth: sums(one.depth, other.depth),
  retrying: one.retrying + other.retrying,
  capped: [...new Set([...one.capped, ...other.capped])],
  oldestPendingSeconds: Math.max(one.oldestPendingSeconds, other.oldestPendingSeconds),
  perMinute: sums(one.perMinute, other.perMinute),
});

/** Member by member. */
function sums<Name extends string>(
  one: Readonly<Record<Name, number>>,
  other: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(one) as Name[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Record<
    Name,
    number
  >;
}

/** With the limits of all databases together, also of those that are away: all have the same part. */
export function mergedDetail(
  details: readonly [QueueDetail, ...QueueDetail[]],
  _: unknown,
  count: number,
): QueueDetail {
  const detail = details.reduce(both);
  const { maxInFlight, maxInFlightPerKey, maxDepth, rateLimit, rateLimitPerKey } = detail.policy;
  const inAll = (limit: number | null) => limit && limit * count;
  const rateInAll = (rate: typeof rateLimit) =>
    rate && { ...rate, starts: rate.starts * count, burst: rate.burst * count };
  return {
    ...detail,
    policy: {
      ...detail.policy,
      maxInFlight: inAll(maxInFlight),
      maxInFlightPerKey: inAll(maxInFlightPerKey),
      maxDepth: inAll(maxDepth),
      rateLimit: rateInAll(rateLimit),
      rateLimitPerKey: rateInAll(rateLimitPerKey),
    },
  };
}
