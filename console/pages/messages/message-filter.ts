// The filter of the list of messages lives in the page's address, so that a link shows what its sender saw, and going back
// undoes a change of the filter. What an address says is anybody's text: only names that a filter has are read.
import type { MessageFilter } from '#client/message-answers.ts';

/** The names that a filter has, as the address and the API have them. */
export const filterNames = [
  'type',
  'queue',
  'status',
  'after',
  'before',
  'groupKey',
  'traceId',
  'idempotencyKey',
] as const satisfies readonly (keyof MessageFilter)[];

export type FilterTexts = Partial<Record<string, string>>;

/** What an address asks for, without what is empty and what no filter has. */
export function pickFilter(query: FilterTexts, names: readonly string[]): FilterTexts {
  const given = names.flatMap((name) => {
    const value = query[name]?.trim();
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** As the end of an address: empty, or from the question mark on. */
export function filterQuery(filter: FilterTexts): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => !!entry[1]);
  const query = new URLSearchParams(given).toString();
  return query && `?${query}`;
}

/** The field of a form holds local minutes, such as 2026-11-29T08:30; addresses and the API have instants in UTC. */
export function instantOfField(local: string): string {
  const at = new Date(local);
  return local && !Number.isNaN(at.getTime()) ? at.toISOString() : '';
}

/** The other way round; empty for what is no instant. */
export function fieldOfInstant(instant: string | undefined): string {
  const at = new Date(instant ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

const hexadecimalId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a search is for a message by its id. */
export function isMessageId(text: string): boolean {
  return hexadecimalId.test(text);
}
