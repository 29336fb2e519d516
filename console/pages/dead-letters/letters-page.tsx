// Dead letters one by one, newest first: to look into, select, and send round again or give up.
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso/router';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { FilterForm } from '#console/pages/messages/filter-form.tsx';
import { pickFilter } from '#console/pages/messages/message-filter.ts';
import { PageLinks } from '#console/pages/messages/page-links.tsx';
import { NeedsOperate } from '#console/pages/needs-operate.tsx';
import { deadLettersPath } from '#console/pages/paths.ts';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { mayOperate } from '#console/session/session.ts';
import type { Intent } from './deed.ts';
import { DeedDialog } from './deed-dialog.tsx';
import { letterFields, letterFilterNames } from './letter-filter.ts';
import { LetterTable } from './letter-table.tsx';
import { SelectionBar, type SelectionBarProps } from './selection-bar.tsx';

const lettersPath = `${deadLettersPath}/letters`;

export function DeadLettersPage() {
  const { query } = useLocation();
  const filter = pickFilter(query, letterFilterNames);
  const cursor = query['cursor'];
  const asked = { ...filter, ...(cursor && { cursor }) };
  const key = JSON.stringify(asked);
  // Rows that move while somebody selects them would be selected by mistake, so the list is asked for once.
  const live = useLive(key, () => operations.deadLetters(asked), { everySeconds: 0 });
  const selected = useSignal<ReadonlySet<string>>(new Set());
  const intent = useSignal<Intent | undefined>(undefined);
  const changed = () => {
    selected.value = new Set();
    live.refresh();
  };
  const choose = (chosen: Intent | undefined) => {
    intent.value = chosen;
  };
  return (
    <Page
      title="Dead letters, one by one"
      scope="read"
      intro={<a href={deadLettersPath}>By error</a>}
    >
      <FilterForm
        path={lettersPath}
        fields={letterFields(live.answer?.items ?? [])}
        filter={filter}
      />
      <LiveView live={live}>
        {(page) => (
          <>
            <Letters
              {...{ filter, selected, choose }}
              items={page.items}
              isFirstPage={cursor === undefined}
            />
            {page.items.length === 0 && (
              <Empty>
                {page.nextCursor === null
                  ? 'No dead letter fits.'
                  : 'Nothing fits so far; older letters may.'}
              </Empty>
            )}
            <PageLinks path={lettersPath} filter={filter} cursor={cursor} next={page.nextCursor} />
          </>
        )}
      </LiveView>
      {intent.value && (
        <DeedDialog intent={intent.value} changed={changed} close={() => choose(undefined)} />
      )}
    </Page>
  );
}

function Letters(props: SelectionBarProps) {
  if (props.items.length === 0) return null;
  return (
    <>
      {mayOperate.value ? (
        <SelectionBar {...props} />
      ) : (
        <NeedsOperate to="redrive or discard them" />
      )}
      <LetterTable items={props.items} selected={props.selected} />
    </>
  );
}
