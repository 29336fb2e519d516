// Where the pages are: addresses that several of them link to.
import { filterQuery } from './messages/message-filter.ts';

export const messagesPath = '/console/messages';
export const chordsPath = '/console/chords';
export const deadLettersPath = '/console/dead-letters';

export function messagePath(id: string): string {
  return `${messagesPath}/${encodeURIComponent(id)}`;
}

export function chordPath(id: string): string {
  return `${chordsPath}/${encodeURIComponent(id)}`;
}

export function queuePath(name: string): string {
  return `/console/queues/${encodeURIComponent(name)}`;
}

/** The list of messages with a filter. */
export function messagesWith(filter: Readonly<Record<string, string>>): string {
  return messagesPath + filterQuery(filter);
}

/** The list of dead letters with a filter. */
export function lettersWith(filter: Readonly<Record<string, string>>): string {
  return `${deadLettersPath}/letters${filterQuery(filter)}`;
}
