// The history of a queue as the API has it, made whole: a slot in which nothing happened is left out there.
import type { History, HistoryCounts } from '#client/queue-answers.ts';

export interface WholeSlots {
  /** When each begins, in seconds since 1970. */
  readonly at: readonly number[];
  /** The same, with what happened; undefined where nothing did. */
  readonly counts: readonly (HistoryCounts | undefined)[];
}

export function wholeSlots({ from, to, slotSeconds, queues }: History, queue: string): WholeSlots {
  const found = queues.find((each) => each.queue === queue)?.slots ?? [];
  const byTime = new Map(found.map((slot) => [Date.parse(slot.at) / 1000, slot]));
  const begin = Math.ceil(Date.parse(from) / 1000 / slotSeconds) * slotSeconds;
  const end = Date.parse(to) / 1000;
  const at: number[] = [];
  for (let slot = begin; slot < end; slot += slotSeconds) at.push(slot);
  return { at, counts: at.map((slot) => byTime.get(slot)) };
}

/** How often in a minute, in each slot. */
export function perMinute(
  { counts }: WholeSlots,
  what: 'done' | 'retried' | 'dead',
  slotSeconds: number,
): number[] {
  return counts.map((slot) => ((slot?.[what] ?? 0) * 60) / slotSeconds);
}
