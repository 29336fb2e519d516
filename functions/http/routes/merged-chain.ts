// What caused a message and what it has caused, where its follow-ups were sent on to other databases.
import type { Chain } from '#client/message-answers.ts';
import { byInstant } from '#functions/http/spread/compare.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

/** Oldest first. Of a message that was sent on, the database that has it knows how far it has come. */
export const mergedChain = (chains: readonly Chain[]): Chain => ({
  items: groupedBy(
    chains.flatMap(({ items }) => items),
    ({ id }) => id,
  )
    .map((same) => same.reduce((one, other) => (one.status === 'relayed' ? other : one)))
    .toSorted((one, other) => byInstant(one.createdAt, other.createdAt)),
  more: chains.some(({ more }) => more),
});
