// The cursor of a list over several databases: it has the places of all of them.
import { parseJson } from '#queue/parse-json.ts';

/** Where the next page of one database begins: its own cursor, empty for its first page; null when there is no other page. */
export type Place = string | null;

export const writePlaces = (places: readonly Place[]): string =>
  Buffer.from(JSON.stringify(places)).toString('base64url');

/**
 * The places of all databases that a cursor has. Databases that were added since begin with their first page, and a cursor of the
 * time before there were several is the place in the first one.
 */
export function readPlaces(cursor: string | undefined, count: number): Place[] {
  const places = cursor === undefined ? [] : (placesIn(cursor) ?? [cursor]);
  return Array.from(
    { length: count },
    (_, number) => places[number] ?? (number in places ? null : ''),
  );
}

function placesIn(cursor: string): Place[] | undefined {
  try {
    const found: unknown = parseJson(Buffer.from(cursor, 'base64url').toString());
    const isPlace = (place: unknown) => place === null || typeof place === 'string';
    if (Array.isArray(found) && found.every(isPlace)) return found;
  } catch {
    // Not the places of several, then.
  }
  return undefined;
}
