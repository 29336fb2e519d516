// Dead letters as rows that can be selected.
import type { Signal } from '@preact/signals';
import type { DeadLetter } from '#client/dead-letter-answers.ts';
import { messagePath } from '#console/pages/paths.ts';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Time } from '#console/parts/time.tsx';
import { mayOperate } from '#console/session/session.ts';
import { letterKey } from './choices.ts';
import { ErrorLine } from './error-line.tsx';

interface LetterTableProps {
  readonly items: readonly DeadLetter[];
  /** By letterKey. */
  readonly selected: Signal<ReadonlySet<string>>;
}

export function LetterTable({ items, selected }: LetterTableProps) {
  const columns: readonly Column<DeadLetter>[] = [
    {
      title: 'Message',
      cell: (letter) => (
        <span class="selectable">
          {mayOperate.value && <Select letter={letter} selected={selected} />}
          <a href={messagePath(letter.messageId)}>
            <bdi>{letter.type}</bdi>
            <code class="id">{letter.messageId}</code>
          </a>
        </span>
      ),
    },
    { title: 'Error', cell: ({ error }) => <ErrorLine error={error} /> },
    { title: 'Queue', cell: ({ queue }) => <bdi>{queue}</bdi> },
    { title: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts },
    { title: 'Died', cell: ({ diedAt }) => <Time at={diedAt} /> },
  ];
  return <DataTable caption="Dead letters" columns={columns} rows={items} keyOf={letterKey} />;
}

function Select({
  letter,
  selected,
}: Pick<LetterTableProps, 'selected'> & { readonly letter: DeadLetter }) {
  const key = letterKey(letter);
  const toggle = () => {
    const next = new Set(selected.value);
    if (!next.delete(key)) next.add(key);
    selected.value = next;
  };
  return (
    <input
      type="checkbox"
      aria-label={`Select ${letter.messageId} in ${letter.queue}`}
      checked={selected.value.has(key)}
      onChange={toggle}
    />
  );
}
