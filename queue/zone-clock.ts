// The clocks of a time zone: how far they are from UTC, and when they are put forward or back.

const hourMs = 3_600_000;

export interface ClockChange {
  /** Offsets in milliseconds, before and from then on. The same when the clocks are not changed. */
  readonly before: number;
  readonly after: number;
  readonly at: number;
}

export class ZoneClock {
  readonly #timeZone: string;
  #format: Intl.DateTimeFormat | undefined;

  /** Throws a TypeError unless it is an IANA name. */
  constructor(timeZone: string) {
    if (!isZone(timeZone))
      throw new TypeError(`timeZone is an IANA name such as "Europe/Berlin"; got "${timeZone}"`);
    this.#timeZone = timeZone;
  }

  /** What the clocks are ahead of UTC, in milliseconds. */
  offsetAt(instant: number): number {
    if (this.#timeZone === 'UTC') return 0;
    // Made when it is needed: the first one costs a cold start more than everything else here.
    this.#format ??= new Intl.DateTimeFormat('en', {
      timeZone: this.#timeZone,
      timeZoneName: 'longOffset',
    });
    const parts = this.#format.formatToParts(instant);
    return parseOffset(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
  }

  /** The change that concerns a day's clocks, if there is one; the day is given as its midnight in UTC. */
  changeOn(day: number): ClockChange {
    const guess = this.offsetAt(day);
    let early = day - guess - 2 * hourMs;
    let late = day - guess + 26 * hourMs;
    const before = this.offsetAt(early);
    const after = this.offsetAt(late);
    while (before !== after && late - early > 1000) {
      const middle = early + Math.floor((late - early) / 2000) * 1000;
      if (this.offsetAt(middle) === before) early = middle;
      else late = middle;
    }
    return { before, after, at: late };
  }
}

/** "GMT", "GMT+05:30", or with seconds. */
function parseOffset(text: string): number {
  const [, sign, hours, minutes, seconds = '0'] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  const amount = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -amount : amount) * 1000;
}

function isZone(timeZone: unknown): boolean {
  if (typeof timeZone !== 'string') return false;
  // The list is at hand; only other spellings need a formatter.
  if (timeZone === 'UTC' || Intl.supportedValuesOf('timeZone').includes(timeZone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    // An offset is no zone: it knows no daylight saving time.
    return /^[a-z]/i.test(timeZone);
  } catch {
    return false;
  }
}
