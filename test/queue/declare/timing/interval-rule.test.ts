import { expect, test } from 'vitest';
import { intervalRule } from '#queue/declare/timing/interval-rule.ts';

const sevenHours = intervalRule(7 * 3600);
const span = { from: new Date('2026-03-28T00:00:00Z'), to: new Date('2026-03-30T00:00:00Z') };

// In this span the clocks of Europe are put forward.
test('an interval goes by time elapsed since 1970, whatever the clocks do', () => {
  const due = sevenHours.newestIn(span, Number.POSITIVE_INFINITY);
  expect(due).toHaveLength(7);
  for (const at of due) expect(at.getTime() % (7 * 3_600_000)).toBe(0);
});

test('going forward finds what looking back finds', () => {
  const found: Date[] = [];
  for (let at = sevenHours.after(span.from); at <= span.to; at = sevenHours.after(at))
    found.push(at);
  expect(found).toEqual(sevenHours.newestIn(span, Number.POSITIVE_INFINITY));
  expect(found.slice(-3)).toEqual(sevenHours.newestIn(span, 3));
});

test('a due time belongs to a span that begins or ends with it, and the next one comes after it', () => {
  const hourly = intervalRule(3600);
  const noon = new Date('2026-03-28T12:00:00Z');
  const one = new Date('2026-03-28T13:00:00Z');
  expect(hourly.newestIn({ from: noon, to: one }, 9)).toEqual([noon, one]);
  expect(hourly.newestIn({ from: noon, to: one }, 0)).toEqual([]);
  expect(hourly.after(noon)).toEqual(one);
});
