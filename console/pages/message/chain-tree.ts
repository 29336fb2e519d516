// The chain of a message as a tree: what caused it, and what follows from each.
import type { Chain } from '#client/message-answers.ts';

export type ChainItem = Chain['items'][number];

export interface ChainNode {
  readonly item: ChainItem;
  readonly followUps: readonly ChainNode[];
}

/**
 * Those whose cause is not among the items come first: the first cause, and where a part of the chain is missing, what is left
 * of it. Each keeps the order that the items have.
 */
export function chainTree(items: readonly ChainItem[]): readonly ChainNode[] {
  const known = new Set(items.map(({ id }) => id));
  const byCause = Map.groupBy(items, ({ causedBy }) =>
    causedBy !== null && known.has(causedBy) ? causedBy : null,
  );
  const nodesBelow = (cause: string | null): readonly ChainNode[] =>
    (byCause.get(cause) ?? []).map((item) => ({ item, followUps: nodesBelow(item.id) }));
  return nodesBelow(null);
}
