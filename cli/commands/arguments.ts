// What people type as arguments and flags, checked before anything is asked. Each throws a commander error, which says what was
// expected.
import { InvalidArgumentError } from 'commander';
import { isInstant } from '#queue/declare/instant.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function toId(text: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('An id looks like 01a1fd71-3a0f-7a0c-b11b-24a0891b25d9.');
}

/** For arguments of which there may be several. */
export const toIds = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  toId(text),
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: no name has them, and none can be stored.
const unfit = /[\u0000-\u001f]/;

export function toName(text: string): string {
  if (text !== '' && text.length <= 200 && !unfit.test(text)) return text;
  throw new InvalidArgumentError(
    'A name has 1 to 200 characters, none of them a control character.',
  );
}

const agoUnits = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** An instant, or how long ago: 15m, 2h, 3d. */
export function toInstant(text: string): string {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits !== undefined)
    return new Date(
      Date.now() - Number(digits) * 1000 * agoUnits[unit as keyof typeof agoUnits],
    ).toISOString();
  if (isInstant(text)) return text;
  throw new InvalidArgumentError(
    'An instant looks like 2026-03-01T08:30:00Z; 15m, 2h or 3d are so long ago.',
  );
}

/** A whole number of that range. */
export const toNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };

export const statuses = [
  ...['pending', 'scheduled', 'blocked', 'processing', 'relayed', 'done', 'dead', 'cancelled'],
] as const;
