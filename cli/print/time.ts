// Instants and spans as people read them. Instants are in UTC and may be given back as they are, to --before for example.

/** Such as 2026-11-25T07:38:20Z; nothing where there is none. */
export const instantText = (instant: string | null | undefined): string | undefined =>
  instant?.replace(/\.\d+/, '').replace(/\+00(:?00)?$/, 'Z') ?? undefined;

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** The two largest units of a span, such as 3h 12m. */
export function spanText(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    // 2d 5s would say too much.
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

/** Such as 840 ms, 1.2 s or 3m 20s. */
export function millisecondsText(ms: number | null): string | null {
  if (ms === null) return null;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : spanText(ms / 1_000);
}
