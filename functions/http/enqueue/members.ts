// The ids of messages that enter a chord, made of an id that the request brings: so it may be made again when its answer was lost, and
// stores nothing twice.
import { createHash } from 'node:crypto';
import { inDatabase } from '#queue/spread/database-in-id.ts';

/** Of a version 7 uuid: its milliseconds, with the dash between them and the digit of the version. */
const timeCharacters = 15;

interface Entry {
  /** The request's id, a version 7 uuid: that of the chord, where it makes one. */
  readonly id: string;
  readonly chordId: string;
  /** In the request, from 0. */
  readonly place: number;
  /** Of the database. */
  readonly number: number;
}

/** Ascending with their place, and with the time of the request's id; the last byte names the database, by its number. */
export function memberId({ id, chordId, place, number }: Entry): string {
  const hash = createHash('sha256').update(`${chordId} ${id} ${place}`).digest('hex');
  const variant = ((Number.parseInt(hash.slice(0, 2), 16) & 0x3f) | 0x80).toString(16);
  const counted = (place & 0xfff).toString(16).padStart(3, '0');
  const time = id.slice(0, timeCharacters);
  return inDatabase(`${time}${counted}-${variant}${hash.slice(2, 4)}-${hash.slice(4, 16)}`, number);
}
