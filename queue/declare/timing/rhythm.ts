// A rhythm is due whenever the clocks show one of its times: in both of two equal hours, and not at times that are
// left out. As long as the clocks are not changed, a shown time becomes an instant by subtracting their offset. So the
// search goes from one change to the next.
import type { DueInstants } from './due-instants.ts';
import type { ShownTimes } from './shown-times.ts';
import type { ZoneClock } from './zone-clock.ts';

export function rhythm(times: ShownTimes, clock: ZoneClock): DueInstants {
  return {
    after: (instant) => dueAfter(times, clock, instant),
    before: (instant) => dueBefore(times, clock, instant),
  };
}

function dueAfter(times: ShownTimes, clock: ZoneClock, instant: number): number {
  let [since, passed] = [instant, instant + clock.offsetAt(instant)];
  for (;;) {
    const due = times.after(passed) - clock.offsetAt(since);
    const [change] = clock.changes(since, due);
    if (change === undefined) return due;
    // The moment of the change may be due itself, so what has passed by then ends a millisecond before.
    [since, passed] = [change, change + clock.offsetAt(change) - 1];
  }
}

function dueBefore(times: ShownTimes, clock: ZoneClock, instant: number): number {
  let end = instant;
  for (;;) {
    const offset = clock.offsetAt(end - 1);
    const due = times.before(end + offset) - offset;
    const change = clock.changes(due, end - 1).at(-1);
    if (change === undefined) return due;
    end = change;
  }
}
