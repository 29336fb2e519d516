// What a list of dead letters can be narrowed to, as the address and the API have it.
import type { DeadLetterFilter } from '#client/dead-letter-answers.ts';
import type { FilterField } from '#console/pages/messages/filter-form.tsx';

export const letterFilterNames = [
  'queue',
  'type',
  'error',
  'after',
  'before',
  'fingerprint',
] as const satisfies readonly (keyof DeadLetterFilter)[];

/** With the names that the list shows, so that they come to mind. */
export function letterFields(
  items: readonly { readonly queue: string; readonly type: string }[],
): readonly FilterField[] {
  return [
    { name: 'queue', label: 'Queue', known: unique(items.map(({ queue }) => queue)) },
    { name: 'type', label: 'Type', known: unique(items.map(({ type }) => type)) },
    { name: 'error', label: 'Text in the error' },
    { name: 'after', label: 'Died after', kind: 'instant' },
    { name: 'before', label: 'Died before', kind: 'instant' },
  ];
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();
