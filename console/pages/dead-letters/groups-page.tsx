// Dead letters by what killed them: a thousand letters of one error are one row, and one decision.
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso/router';
import type { DeadLetterGroups } from '#client/dead-letter-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { FilterForm } from '#console/pages/messages/filter-form.tsx';
import { type FilterTexts, pickFilter } from '#console/pages/messages/message-filter.ts';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { deadLettersPath, lettersWith } from '#console/pages/paths.ts';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { counted } from '#console/parts/words.ts';
import { mayOperate } from '#console/session/session.ts';
import type { Intent } from './deed.ts';
import { DeedDialog } from './deed-dialog.tsx';
import { GroupTable } from './group-table.tsx';
import { letterFields, letterFilterNames } from './letter-filter.ts';

const filterNames = letterFilterNames.filter((name) => name !== 'fingerprint');

export function DeadLetterGroupsPage() {
  const filter = pickFilter(useLocation().query, filterNames);
  const live = useLive(JSON.stringify(filter), () => operations.deadLetterGroups(filter), {
    everySeconds: 15,
  });
  const intent = useSignal<Intent | undefined>(undefined);
  const close = () => {
    intent.value = undefined;
  };
  return (
    <Page
      title="Dead letters"
      scope="read"
      intro="Deliveries that used up their attempts or were rejected, by what killed them."
    >
      <FilterForm
        path={deadLettersPath}
        fields={letterFields(live.answer?.items ?? [])}
        filter={filter}
      />
      <LiveView live={live}>
        {(groups) => (
          <>
            <Extent groups={groups} filter={filter} />
            {groups.items.length > 0 && (
              <GroupTable
                groups={groups.items}
                filter={filter}
                choose={(chosen) => {
                  intent.value = chosen;
                }}
              />
            )}
            {groups.items.length > 0 && !mayOperate.value && (
              <NeedsOperate to="redrive or discard them" />
            )}
          </>
        )}
      </LiveView>
      {intent.value && <DeedDialog intent={intent.value} changed={live.refresh} close={close} />}
    </Page>
  );
}

/** How many letters the groups are made of, and the way to them one by one. */
function Extent({
  groups,
  filter,
}: {
  readonly groups: DeadLetterGroups;
  readonly filter: FilterTexts;
}) {
  const { counted: looked, more, items } = groups;
  if (items.length === 0)
    return (
      <Empty>
        {Object.keys(filter).length > 0
          ? 'No dead letter fits this filter.'
          : 'No dead letters. Everything that was sent has been handled, or still is.'}
      </Empty>
    );
  return (
    <p>
      {counted(looked, 'letter')} of {counted(items.length, 'error')}
      {more && ', the newest ones: there are older letters that are not counted here'}.{' '}
      <a href={lettersWith(filter as Record<string, string>)}>One by one</a>
    </p>
  );
}
