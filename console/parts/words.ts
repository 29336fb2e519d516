// Numbers and times as people read them.

const numbers = new Intl.NumberFormat('en');
const rates = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const count = (value: number): string => numbers.format(value);

/** Such as 0.4 or 5,400. */
export const rate = (value: number): string => rates.format(value);

/** A count that the API has stopped at: there may be more. */
export const cappedCount = (value: number, isCapped: boolean): string =>
  isCapped ? `${count(value)}+` : count(value);

/** "1 message", "2 messages". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const steps = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
];

/** The two largest units of it: "2 h 5 min", "40 s", "0 s". */
export function duration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const { unit, seconds: of } of steps) {
    const whole = Math.floor(left / of);
    left -= whole * of;
    if (whole > 0) parts.push(`${count(whole)} ${unit}`);
    // 2 d 5 s would say too much.
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** Such as "3 min ago", "in 3 min", "just now". seconds: how long it is past. */
export function ago(seconds: number): string {
  if (Math.abs(seconds) < 2) return 'just now';
  const rounded = Math.abs(seconds) > 600 ? Math.round(seconds / 60) * 60 : seconds;
  return rounded < 0 ? `in ${duration(-rounded)}` : `${duration(rounded)} ago`;
}

/** A time of a handler or of waiting: "850 ms", "1.2 s", "4 min". */
export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  if (value < 1_000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${rate(value / 1_000)} s`;
  return duration(value / 1_000);
}

/** A time in which something was done: "under 1 ms", "12 ms". */
export const runTime = (value: number): string => (value < 1 ? 'under 1 ms' : milliseconds(value));

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the zone of whoever looks. */
export const localTime = (instant: string | number): string => local.format(new Date(instant));

/** "2026-03-12 19:03:58 UTC". */
export const utcTime = (instant: string | number): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
