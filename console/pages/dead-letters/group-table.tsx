// The groups as rows, with what can be done to all letters of each.
import type { DeadLetterGroups } from '#client/dead-letter-answers.ts';
import type { FilterTexts } from '#console/pages/messages/message-filter.ts';
import { lettersWith, queuePath } from '#console/pages/paths.ts';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Time } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';
import { mayOperate } from '#console/session/session.ts';
import { choiceOfFilter } from './choices.ts';
import type { Intent } from './deed.ts';
import { ErrorLine } from './error-line.tsx';
import type { Deed } from './portions.ts';

type Group = DeadLetterGroups['items'][number];

interface GroupTableProps {
  readonly groups: readonly Group[];
  /** By which the groups were narrowed: what is done keeps to it. */
  readonly filter: FilterTexts;
  readonly choose: (intent: Intent) => void;
}

export function GroupTable({ groups, filter, choose }: GroupTableProps) {
  const columns: readonly Column<Group>[] = [
    {
      title: 'Error',
      cell: (group) => (
        <a href={lettersWith(filterOf(group, filter))}>
          <ErrorLine error={group.error} />
        </a>
      ),
    },
    { title: 'Letters', isNumber: true, cell: (group) => count(group.count) },
    {
      title: 'Queue',
      cell: ({ queue, type }) => (
        <>
          <a href={queuePath(queue)}>
            <bdi>{queue}</bdi>
          </a>
          <div class="soft">
            <bdi>{type}</bdi>
          </div>
        </>
      ),
    },
    { title: 'Newest', cell: ({ newestAt }) => <Time at={newestAt} /> },
    { title: 'Oldest', cell: ({ oldestAt }) => <Time at={oldestAt} /> },
  ];
  const actions: Column<Group> = {
    title: 'Actions',
    cell: (group) => (
      <GroupActions group={group} act={(deed) => choose(intentOf(deed, group, filter))} />
    ),
  };
  return (
    <DataTable
      caption="Errors of dead letters"
      columns={mayOperate.value ? [...columns, actions] : columns}
      rows={groups}
      keyOf={keyOf}
    />
  );
}

function GroupActions({
  group,
  act,
}: {
  readonly group: Group;
  readonly act: (deed: Deed) => void;
}) {
  const name = `${group.error?.message ?? 'no error'} in ${group.queue}`;
  return (
    <div class="row-actions">
      <button type="button" aria-label={`Redrive: ${name}`} onClick={() => act('redrive')}>
        Redrive…
      </button>
      <button
        type="button"
        class="danger"
        aria-label={`Discard: ${name}`}
        onClick={() => act('discard')}
      >
        Discard…
      </button>
    </div>
  );
}

const keyOf = ({ fingerprint, queue, type }: Group) => `${fingerprint} ${queue} ${type}`;

function filterOf(
  { fingerprint, queue, type }: Group,
  filter: FilterTexts,
): Record<string, string> {
  return { ...(filter as Record<string, string>), fingerprint, queue, type };
}

function intentOf(deed: Deed, group: Group, filter: FilterTexts): Intent {
  const what = `with the error “${group.error?.message ?? 'none'}” in ${group.queue}`;
  return { deed, what, choices: [choiceOfFilter(filterOf(group, filter), group.newestAt)] };
}
