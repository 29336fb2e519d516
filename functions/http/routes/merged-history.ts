// What drains did in several databases.
import type { History, HistoryCounts, Percentiles } from '#client/queue-answers.ts';
import { byInstant, byText } from '#functions/http/spread/compare.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

/** Slot by slot: all databases cut time at the same instants. Clocks that differ may give one of them a slot more. */
export function mergedHistory(histories: readonly [History, ...History[]]): History {
  const newest = histories.reduce((one, other) => (byInstant(one.to, other.to) < 0 ? other : one));
  const queues = groupedBy(
    histories.flatMap((history) => history.queues),
    ({ queue }) => queue,
  ).map((parts) => ({
    queue: parts[0]?.queue ?? '',
    total: parts.map(({ total }) => total).reduce(both),
    slots: groupedBy(
      parts.flatMap(({ slots }) => slots),
      ({ at }) => String(Date.parse(at)),
    )
      .map((slots) => slots.reduce(both))
      .toSorted((one, other) => byInstant(one.at, other.at)),
  }));
  return { ...newest, queues: queues.toSorted((one, other) => byText(one.queue, other.queue)) };
}

const both = <Counts extends HistoryCounts>(one: Counts, other: Counts): Counts => ({
  ...one,
  done: one.done + other.done,
  retried: one.retried + other.retried,
  snoozed: one.snoozed + other.snoozed,
  dead: one.dead + other.dead,
  waitMs: slower(one.waitMs, other.waitMs),
  runMs: slower(one.runMs, other.runMs),
});

/** A percentile of all together is never above the greatest of the parts, and what it is they cannot tell. */
const slower = (one: Percentiles, other: Percentiles): Percentiles => ({
  p50: greater(one.p50, other.p50),
  p95: greater(one.p95, other.p95),
});

const greater = (one: number | null, other: number | null) =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);
