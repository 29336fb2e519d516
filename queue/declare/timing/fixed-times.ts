// Times that an expression names are due once each: one that the clocks show twice at its first pass, and one that they
// leave out as soon as the gap is over, even if that is on the next day. Only a day that is left out whole (Samoa had
// no 30 December 2011) has no due times.
import type { DueInstants } from './due-instants.ts';
import type { ShownTimes } from './shown-times.ts';
import type { ZoneClock } from './zone-clock.ts';

const dayMs = 86_400_000;

export function fixedTimes(times: ShownTimes, clock: ZoneClock): DueInstants {
  return {
    after: (instant) => dueAfter(times, clock, instant),
    before: (instant) => dueBefore(times, clock, instant),
  };
}

function dueAfter(times: ShownTimes, clock: ZoneClock, instant: number): number {
  let shown = instant + clock.offsetAt(instant);
  for (;;) {
    shown = times.after(shown);
    const due = instantOf(shown, clock);
    if (due !== undefined && due > instant) return due;
  }
}

function dueBefore(times: ShownTimes, clock: ZoneClock, instant: number): number {
  // In a second pass the clocks have shown later times before, in the first one.
  let shown = instant + Math.max(clock.offsetAt(instant), clock.offsetAt(instant - dayMs));
  for (;;) {
    shown = times.before(shown);
    const due = instantOf(shown, clock);
    if (due !== undefined && due < instant) return due;
  }
}

/**
 * When the clocks first show a time. A shown time is less than a day away from its instant, and no zone has changed its
 * clocks twice in so few days: so one of two offsets fits, and for a time that is left out neither.
 */
function instantOf(shown: number, clock: ZoneClock): number | undefined {
  const [early, late] = [clock.offsetAt(shown - dayMs), clock.offsetAt(shown + dayMs)];
  for (const offset of [early, late])
    if (clock.offsetAt(shown - offset) === offset) return shown - offset;
  const [change] = clock.changes(shown - dayMs, shown + dayMs);
  if (change === undefined) return;
  const midnight = Math.floor(shown / dayMs) * dayMs;
  const isDayLeftOut = change + early <= midnight && midnight + dayMs <= change + late;
  return isDayLeftOut ? undefined : change;
}
