// Messages as rows, each with where its deliveries stand.
import type { MessageItem } from '#client/message-answers.ts';
import { messagePath } from '#console/pages/paths.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Time } from '#console/parts/time.tsx';

const columns: readonly Column<MessageItem>[] = [
  {
    title: 'Message',
    cell: ({ id, type }) => (
      <a href={messagePath(id)}>
        <bdi>{type}</bdi>
        <code class="id">{id}</code>
      </a>
    ),
  },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Queues', cell: ({ deliveries }) => <Queues deliveries={deliveries} /> },
  {
    title: 'Group',
    cell: ({ groupKey }) =>
      groupKey === null ? <span class="soft">–</span> : <bdi>{groupKey}</bdi>,
  },
  { title: 'Sent', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

export function MessageTable({ items }: { readonly items: readonly MessageItem[] }) {
  return <DataTable caption="Messages" columns={columns} rows={items} keyOf={({ id }) => id} />;
}

/** With the status of each where there are several: one alone has that of the message. */
function Queues({ deliveries }: Pick<MessageItem, 'deliveries'>) {
  if (deliveries.length === 0) return <span class="soft">none subscribes</span>;
  return (
    <ul class="bare">
      {deliveries.map(({ queue, status, attempt }) => (
        <li key={queue}>
          <bdi>{queue}</bdi> {deliveries.length > 1 && <StatusBadge status={status} />}
          {attempt > 1 && <span class="soft"> attempt {attempt}</span>}
        </li>
      ))}
    </ul>
  );
}
