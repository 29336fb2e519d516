// Asks for the chain of a message: once, and again when an attempt of it has ended, since that is when follow-ups are sent.
import { useEffect, useRef } from 'preact/hooks';
import type { MessageStatus } from '#client/message-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { LiveView } from '#console/parts/states.tsx';
import { ChainView } from './chain-view.tsx';

export function ChainSection({ message }: { readonly message: MessageStatus }) {
  const { id, deliveries } = message;
  const live = useLive(id, () => operations.chain(id), { everySeconds: 0 });
  const ended = deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const seen = useRef(ended);
  useEffect(() => {
    // The first call is under way already.
    if (seen.current !== ended) live.refresh();
    seen.current = ended;
  }, [ended, live.refresh]);
  return <LiveView live={live}>{(chain) => <ChainView chain={chain} id={id} />}</LiveView>;
}
