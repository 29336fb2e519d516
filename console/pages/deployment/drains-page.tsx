// What each drain did: the consumer's own account of its work.
import { useLocation } from 'preact-iso/router';
import type { Drain } from '#client/deployment-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { FilterForm } from '#console/pages/messages/filter-form.tsx';
import { pickFilter } from '#console/pages/messages/message-filter.ts';
import { PageLinks } from '#console/pages/messages/page-links.tsx';
import { queuePath } from '#console/pages/paths.ts';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { count, milliseconds } from '#console/parts/words.ts';

const path = '/console/drains';

export function DrainsPage() {
  const { query } = useLocation();
  const filter = pickFilter(query, ['queue']);
  const cursor = query['cursor'];
  const asked = { ...filter, ...(cursor && { cursor }) };
  const live = useLive(JSON.stringify(asked), () => operations.drains(asked), {
    everySeconds: cursor ? 0 : 10,
  });
  const known = live.answer?.items.flatMap(({ queues }) => queues.map(({ queue }) => queue)) ?? [];
  const fields = [{ name: 'queue', label: 'Queue', known: [...new Set(known)] }];
  return (
    <Page
      title="Drains"
      scope="read"
      intro="What each drain did in each queue, newest first. A drain that found nothing leaves no line."
    >
      <FilterForm path={path} fields={fields} filter={filter} />
      <LiveView live={live}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {nextCursor === null
                  ? 'No drain has done anything yet.'
                  : 'Nothing fits so far; older drains may.'}
              </Empty>
            ) : (
              <DataTable
                caption="Drains"
                columns={columns}
                rows={items.flatMap(rowsOf)}
                keyOf={({ key }) => key}
              />
            )}
            <PageLinks path={path} filter={filter} cursor={cursor} next={nextCursor} />
          </>
        )}
      </LiveView>
    </Page>
  );
}

type Row = Drain['queues'][number] & { readonly endedAt: string; readonly key: string };

function rowsOf({ endedAt, queues }: Drain, index: number): readonly Row[] {
  return queues.map((queue) => ({ ...queue, endedAt, key: `${endedAt} ${index} ${queue.queue}` }));
}

type Figure = 'claimed' | 'done' | 'retried' | 'snoozed' | 'dead' | 'released' | 'stale';

const figure = (title: string, name: Figure): Column<Row> => ({
  title,
  isNumber: true,
  cell: (row) => (row[name] === 0 ? <span class="soft">0</span> : count(row[name])),
});

const columns: readonly Column<Row>[] = [
  {
    title: 'Queue',
    cell: ({ queue }) => (
      <a href={queuePath(queue)}>
        <bdi>{queue}</bdi>
      </a>
    ),
  },
  { title: 'Ended', cell: ({ endedAt }) => <Time at={endedAt} /> },
  figure('Claimed', 'claimed'),
  figure('Done', 'done'),
  figure('Retried', 'retried'),
  figure('Snoozed', 'snoozed'),
  figure('Dead', 'dead'),
  figure('Released', 'released'),
  figure('Stale', 'stale'),
  { title: 'Handlers ran', isNumber: true, cell: ({ runMs }) => milliseconds(runMs) },
];
