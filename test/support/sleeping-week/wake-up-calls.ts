// When AWS invokes the consumer: up to a minute after a schedule's time, sometimes twice, every six hours for the backstop,
// and again when an invocation was lost.
import type { OneTimeSchedules } from '#local/aws/one-time-schedules.ts';
import type { Random } from '#test/support/chaos/seeded-random.ts';

export interface WakeUpCall {
  readonly at: number;
  /** How often it was tried before. */
  readonly tries: number;
}

const minuteMs = 60_000;
const backstopMs = 6 * 60 * minuteMs;
/** Lambda repeats a failed invocation after a minute, and once more after two. */
const pausesMs = [minuteMs, 2 * minuteMs];

export class WakeUpCalls {
  readonly #schedules: OneTimeSchedules;
  readonly #random: Random;
  readonly #skewMs: number;
  #calls: WakeUpCall[] = [];
  #backstopAt: number;

  /** skewMs: how far AWS's clock is ahead. */
  constructor(
    schedules: OneTimeSchedules,
    options: { readonly random: Random; readonly skewMs: number; readonly from: number },
  ) {
    this.#schedules = schedules;
    this.#random = options.random;
    this.#skewMs = options.skewMs;
    this.#backstopAt = options.from + options.random.below(backstopMs);
  }

  /** When something happens next: a schedule is fired, or an invocation begins. */
  get next(): number {
    const [armed] = this.#schedules.armed;
    const fired = armed ? armed.at.getTime() - this.#skewMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#backstopAt, fired, ...this.#calls.map(({ at }) => at));
  }

  /** Those that begin now. */
  begin(now: number): WakeUpCall[] {
    for (const { at } of this.#schedules.dueBefore(new Date(now + this.#skewMs)))
      this.#fire(at.getTime() - this.#skewMs);
    if (this.#backstopAt <= now) {
      this.#fire(this.#backstopAt);
      this.#backstopAt += backstopMs;
    }
    const begun = this.#calls.filter(({ at }) => at <= now);
    this.#calls = this.#calls.filter(({ at }) => at > now);
    return begun;
  }

  /** Answers false when Lambda gives it up. */
  repeat({ tries }: WakeUpCall, now: number): boolean {
    const pauseMs = pausesMs[tries];
    if (pauseMs === undefined) return false;
    this.#calls.push({ at: now + pauseMs, tries: tries + 1 });
    return true;
  }

  #fire(time: number): void {
    // Most come at once, the others within the minute.
    const at = time + (this.#random.isOneOf(3) ? this.#random.below(minuteMs - 1_000) : 0);
    this.#calls.push({ at, tries: 0 });
    if (this.#random.isOneOf(8))
      this.#calls.push({ at: at + this.#random.below(minuteMs), tries: 0 });
  }
}
