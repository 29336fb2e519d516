// Groups of which members wait for one that is before them.
import { useSignal } from '@preact/signals';
import type { BlockedGroup } from '#client/queue-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { messagePath } from '#console/pages/paths.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { PageButtons } from '#console/parts/page-buttons.tsx';
import { LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';

/** A page of them at a time, looked up when asked for: it costs more than the figures above. */
export function BlockedGroups({ queue }: { readonly queue: string }) {
  const cursor = useSignal<string | undefined>(undefined);
  const at = cursor.value;
  const live = useLive(
    `${queue} ${at ?? ''}`,
    () => operations.blockedGroups(queue, { limit: 50, ...(at && { cursor: at }) }),
    { everySeconds: 30 },
  );
  return (
    <section>
      <h2>Blocked groups</h2>
      <LiveView live={live}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <p>None any more.</p>
            ) : (
              <DataTable
                caption="Groups whose members wait for one before them"
                columns={columns}
                rows={items}
                keyOf={({ groupKey }) => groupKey}
              />
            )}
            <PageButtons of="groups" cursor={cursor} next={nextCursor} />
          </>
        )}
      </LiveView>
    </section>
  );
}

const columns: readonly Column<BlockedGroup>[] = [
  { title: 'Group', cell: ({ groupKey }) => <bdi>{groupKey}</bdi> },
  { title: 'Waiting', cell: ({ waiting }) => count(waiting), isNumber: true },
  {
    title: 'For',
    cell: ({ messageId }) => messageId && <a href={messagePath(messageId)}>{messageId}</a>,
  },
  { title: 'Which is', cell: ({ status }) => status && <StatusBadge status={status} /> },
  { title: 'Attempt', cell: ({ attempt }) => attempt ?? '–', isNumber: true },
  { title: 'Due', cell: ({ availableAt }) => <Time at={availableAt} /> },
];
