// The newest messages, or those that a filter means, a page at a time. Filter and page are in the address.
import { useLocation } from 'preact-iso/router';
import type { MessagePage } from '#client/message-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { messagesPath } from '#console/pages/paths.ts';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { ExactTime } from '#console/parts/time.tsx';
import { type FilterField, FilterForm } from './filter-form.tsx';
import { filterNames, pickFilter } from './message-filter.ts';
import { MessageSearch } from './message-search.tsx';
import { MessageTable } from './message-table.tsx';
import { PageLinks } from './page-links.tsx';

const statuses = [
  ...['pending', 'scheduled', 'blocked', 'processing', 'relayed', 'done', 'dead', 'cancelled'],
];

export function MessagesPage() {
  const { query } = useLocation();
  const filter = pickFilter(query, filterNames);
  const cursor = query['cursor'];
  const asked = { ...filter, ...(cursor && { cursor }) };
  // Older pages do not change by themselves.
  const live = useLive(JSON.stringify(asked), () => operations.messages(asked), {
    everySeconds: cursor ? 0 : 5,
  });
  return (
    <Page
      title="Messages"
      scope="read"
      intro="Newest first. A filter is in the address: send the link, or keep it."
    >
      <MessageSearch />
      <FilterForm path={messagesPath} fields={fieldsFor(live.answer)} filter={filter} />
      <LiveView live={live}>
        {(page) => (
          <>
            {page.items.length > 0 && <MessageTable items={page.items} />}
            <End page={page} isFiltered={Object.keys(filter).length > 0} />
            <PageLinks path={messagesPath} filter={filter} cursor={cursor} next={page.nextCursor} />
          </>
        )}
      </LiveView>
    </Page>
  );
}

/** Types and queues come to mind from what is shown, which costs no call. */
function fieldsFor(page: MessagePage | undefined): readonly FilterField[] {
  const items = page?.items ?? [];
  const queues = items.flatMap(({ deliveries }) => deliveries.map(({ queue }) => queue));
  return [
    { name: 'type', label: 'Type', known: unique(items.map(({ type }) => type)) },
    { name: 'queue', label: 'Queue', known: unique(queues) },
    { name: 'status', label: 'Status', choices: statuses },
    { name: 'after', label: 'Sent after', kind: 'instant' },
    { name: 'before', label: 'Sent before', kind: 'instant' },
    { name: 'groupKey', label: 'Group key' },
    { name: 'traceId', label: 'Trace id' },
    { name: 'idempotencyKey', label: 'Idempotency key' },
  ];
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();

/** What is to be said below the rows: that there are none, or that the search has not come to the end. */
function End({ page, isFiltered }: { readonly page: MessagePage; readonly isFiltered: boolean }) {
  const { items, searchedTo, nextCursor } = page;
  if (nextCursor !== null && searchedTo !== null)
    return (
      <Empty>
        {items.length === 0 ? 'Nothing fits so far. ' : ''}Looked back to{' '}
        <ExactTime at={searchedTo} />; older messages may fit, too.
      </Empty>
    );
  if (items.length > 0) return null;
  return (
    <Empty>
      {isFiltered
        ? 'No message fits this filter.'
        : 'There are no messages yet. Whatever is enqueued shows up here.'}
    </Empty>
  );
}
