// One queue.
import { useRoute } from 'preact-iso/router';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { Page } from '#console/parts/page.tsx';
import { LiveView } from '#console/parts/states.tsx';
import { count } from '#console/parts/words.ts';

export function QueuePage() {
  const { name = '' } = useRoute().params;
  const live = useLive(`queue ${name}`, () => operations.queue(name));
  return (
    <Page title={name} scope="read">
      <LiveView live={live}>{({ depth }) => <p>{count(depth.pending)} waiting</p>}</LiveView>
    </Page>
  );
}
