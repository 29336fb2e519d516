// The ids of a chord's members, made of the chord's: so a request that names its chord may be made again when its answer was lost, and
// stores nothing twice.
import { createHash } from 'node:crypto';
import { inDatabase } from '#queue/spread/database-in-id.ts';

/** Of a version 7 uuid: its milliseconds, with the dash between them and the digit of the version. */
const timeCharacters = 15;

/** Ascending with their place, and with the chord's time; the last byte names the database, by its number. */
export function memberId(chordId: string, place: number, number: number): string {
  const hash = createHash('sha256').update(`${chordId} ${place}`).digest('hex');
  const variant = ((Number.parseInt(hash.slice(0, 2), 16) & 0x3f) | 0x80).toString(16);
  const counted = (place & 0xfff).toString(16).padStart(3, '0');
  const time = chordId.slice(0, timeCharacters);
  return inDatabase(`${time}${counted}-${variant}${hash.slice(2, 4)}-${hash.slice(4, 16)}`, number);
}
