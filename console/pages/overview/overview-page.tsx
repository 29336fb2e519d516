// Every queue, and first what is wrong.
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { DataTable } from '#console/parts/data-table.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { worstFirst } from './findings.ts';
import { FindingsList } from './findings-list.tsx';
import { queueColumns } from './queue-columns.tsx';

export function OverviewPage() {
  const live = useLive('queues', operations.queues);
  // The line of the last hour moves on once a minute.
  const history = useLive('history', () => operations.history({ period: 'hour' }), {
    everySeconds: 60,
  });
  return (
    <Page title="Overview" scope="read">
      <LiveView live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>
              No queue has been declared yet: the first deployment that has one brings it.
            </Empty>
          ) : (
            <>
              <FindingsList queues={items} />
              <DataTable
                caption="Queues, those with something wrong first"
                columns={queueColumns(history.answer)}
                rows={worstFirst(items)}
                keyOf={({ name }) => name}
              />
            </>
          )
        }
      </LiveView>
    </Page>
  );
}
