// One queue: its figures, how it went, its policy, what is stuck, and what can be done about it.
import { useRoute } from 'preact-iso/router';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { FindingsList } from '#console/pages/overview/findings-list.tsx';
import { messagesWith } from '#console/pages/paths.ts';
import { Page } from '#console/parts/page.tsx';
import { LiveView } from '#console/parts/states.tsx';
import { mayOperate } from '#console/session/session.ts';
import { BlockedGroups } from './blocked-groups.tsx';
import { FairnessKeys } from './fairness-keys.tsx';
import { HistorySection } from './history-section.tsx';
import { PolicySection } from './policy-section.tsx';
import { QueueActions } from './queue-actions.tsx';
import { QueueFigures } from './queue-figures.tsx';

export function QueuePage() {
  const { name = '' } = useRoute().params;
  const live = useLive(`queue ${name}`, () => operations.queue(name));
  const { answer: queue } = live;
  const actions = queue && mayOperate.value && (
    <QueueActions queue={queue} refresh={live.refresh} />
  );
  return (
    <Page title={name} scope="read" {...(actions && { actions })}>
      <LiveView live={live}>
        {(queue) => (
          <>
            <FindingsList queues={[queue]} />
            <QueueFigures queue={queue} />
            <p>
              <a href={messagesWith({ queue: name })}>Messages of this queue</a>
            </p>
            <HistorySection queue={name} />
            <PolicySection queue={queue} />
            {queue.policy.fair && <FairnessKeys queue={name} />}
            {queue.depth.blocked > 0 && <BlockedGroups queue={name} />}
          </>
        )}
      </LiveView>
    </Page>
  );
}
