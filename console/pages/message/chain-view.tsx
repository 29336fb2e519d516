// What caused a message and what follows from it, as a list in lists: a reader hears how deep it is.
import type { Chain } from '#client/message-answers.ts';
import { messagePath } from '#console/pages/paths.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { Time } from '#console/parts/time.tsx';
import { type ChainNode, chainTree } from './chain-tree.ts';

export function ChainView({ chain, id }: { readonly chain: Chain; readonly id: string }) {
  if (chain.items.length < 2)
    return <p class="soft">Nothing caused this message, and nothing follows from it.</p>;
  return (
    <>
      <Nodes nodes={chainTree(chain.items)} id={id} />
      {chain.more && <p class="soft">The chain has more messages than are shown here.</p>}
    </>
  );
}

function Nodes({ nodes, id }: { readonly nodes: readonly ChainNode[]; readonly id: string }) {
  return (
    <ul class="chain">
      {nodes.map(({ item, followUps }) => (
        <li key={item.id}>
          {item.id === id ? (
            <b aria-current="true">
              <bdi>{item.type}</bdi> (this message)
            </b>
          ) : (
            <a href={messagePath(item.id)}>
              <bdi>{item.type}</bdi>
            </a>
          )}{' '}
          <StatusBadge status={item.status} /> <Time at={item.createdAt} />
          {followUps.length > 0 && <Nodes nodes={followUps} id={id} />}
        </li>
      ))}
    </ul>
  );
}
