// Asks for the chain of a message: once, and again when the message has changed, since a handler's end is what sends follow-ups.
import type { Chain } from '#client/message-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { LiveView } from '#console/parts/states.tsx';
import { ChainView } from './chain-view.tsx';

export function ChainSection({ id, revision }: { readonly id: string; readonly revision: string }) {
  const live = useLive<Chain>(`${id} ${revision}`, () => operations.chain(id), { everySeconds: 0 });
  return <LiveView live={live}>{(chain) => <ChainView chain={chain} id={id} />}</LiveView>;
}
