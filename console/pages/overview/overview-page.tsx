// Every queue, and first what is wrong.
import type { QueueStats } from '#client/queue-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { cappedCount, duration, rate } from '#console/parts/words.ts';

export function OverviewPage() {
  const live = useLive('queues', operations.queues);
  return (
    <Page title="Overview" scope="read">
      <LiveView live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No queue has been declared yet.</Empty>
          ) : (
            <DataTable caption="Queues" columns={columns} rows={items} keyOf={({ name }) => name} />
          )
        }
      </LiveView>
    </Page>
  );
}

const depth =
  (status: keyof QueueStats['depth']) =>
  ({ depth, capped }: QueueStats) =>
    cappedCount(depth[status], capped.includes(status));

const columns: readonly Column<QueueStats>[] = [
  {
    title: 'Queue',
    cell: ({ name }) => <a href={`/console/queues/${encodeURIComponent(name)}`}>{name}</a>,
  },
  { title: 'Waiting', cell: depth('pending'), isNumber: true },
  {
    title: 'Oldest',
    cell: ({ oldestPendingSeconds }) => duration(oldestPendingSeconds),
    isNumber: true,
  },
  { title: 'Running', cell: depth('processing'), isNumber: true },
  { title: 'Dead', cell: depth('dead'), isNumber: true },
  { title: 'Done a minute', cell: ({ perMinute }) => rate(perMinute.done), isNumber: true },
];
