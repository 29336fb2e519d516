// Who did what: every action of an operator has left a line.
import { useLocation } from 'preact-iso/router';
import type { AuditLine } from '#client/deployment-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { JsonView } from '#console/pages/json/json-view.tsx';
import { FilterForm } from '#console/pages/messages/filter-form.tsx';
import { pickFilter } from '#console/pages/messages/message-filter.ts';
import { PageLinks } from '#console/pages/messages/page-links.tsx';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';

const path = '/console/audit';

export function AuditPage() {
  const { query } = useLocation();
  const filter = pickFilter(query, ['actor', 'action']);
  const cursor = query['cursor'];
  const asked = { ...filter, ...(cursor && { cursor }) };
  const live = useLive(JSON.stringify(asked), () => operations.audit(asked), {
    everySeconds: cursor ? 0 : 10,
  });
  const lines = live.answer?.items ?? [];
  const fields = [
    { name: 'actor', label: 'Who', known: [...new Set(lines.map(({ actor }) => actor))] },
    { name: 'action', label: 'Did what', known: [...new Set(lines.map(({ action }) => action))] },
  ];
  return (
    <Page title="Audit" scope="operate" intro="Who did what, newest first.">
      <FilterForm path={path} fields={fields} filter={filter} />
      <LiveView live={live}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {nextCursor === null ? 'No action fits.' : 'Nothing fits so far; older lines may.'}
              </Empty>
            ) : (
              <DataTable
                caption="Actions of operators"
                columns={columns}
                rows={items}
                keyOf={({ id }) => id}
              />
            )}
            <PageLinks path={path} filter={filter} cursor={cursor} next={nextCursor} />
          </>
        )}
      </LiveView>
    </Page>
  );
}

const columns: readonly Column<AuditLine>[] = [
  { title: 'Action', cell: ({ action }) => <bdi>{action}</bdi> },
  {
    title: 'Who',
    cell: ({ actor, sessionRole }) => (
      <>
        <bdi>{actor}</bdi>
        {sessionRole !== null && <div class="soft">as {sessionRole}</div>}
      </>
    ),
  },
  { title: 'When', cell: ({ at }) => <Time at={at} /> },
  { title: 'Affected', isNumber: true, cell: ({ affected }) => count(affected) },
  { title: 'Of what', cell: ({ target }) => <JsonView value={target} label="Of what" /> },
];
