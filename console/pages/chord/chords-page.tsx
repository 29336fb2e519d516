// The chords that are open, mostly the oldest first, since one that is open for long waits for somebody.
import { useLocation } from 'preact-iso/router';
import type { OpenChord } from '#client/chord-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { PageLinks } from '#console/pages/messages/page-links.tsx';
import { chordPath, chordsPath, messagePath } from '#console/pages/paths.ts';
import { Badge } from '#console/parts/badge.tsx';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';

export function ChordsPage() {
  const cursor = useLocation().query['cursor'];
  const live = useLive(`chords ${cursor}`, () => operations.chords(cursor ? { cursor } : {}), {
    everySeconds: 10,
  });
  return (
    <Page
      title="Chords"
      scope="read"
      intro="Sets of messages whose members have not all ended. What has ended is what drains have counted so far; a chord's own page looks anew."
    >
      <LiveView live={live}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>No chord is open.</Empty>
            ) : (
              <DataTable caption="Chords" columns={columns} rows={items} keyOf={({ id }) => id} />
            )}
            <PageLinks
              path={chordsPath}
              filter={{}}
              cursor={cursor}
              next={nextCursor}
              isOldestFirst
            />
          </>
        )}
      </LiveView>
    </Page>
  );
}

const columns: readonly Column<OpenChord>[] = [
  {
    title: 'Chord',
    cell: ({ id, refusal }) => (
      <>
        <a href={chordPath(id)}>
          <code>{id}</code>
        </a>{' '}
        {refusal && <Badge tone="bad">refused</Badge>}
      </>
    ),
  },
  { title: 'Sent', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { title: 'Members', isNumber: true, cell: ({ members }) => count(members) },
  { title: 'Ended', isNumber: true, cell: ({ ended }) => count(ended) },
  { title: 'Dead', isNumber: true, cell: ({ dead }) => count(dead) },
  {
    title: 'Waits for',
    cell: ({ waitsFor }) => (
      <a href={messagePath(waitsFor)}>
        <code>{waitsFor}</code>
      </a>
    ),
  },
  { title: 'Followed by', cell: ({ followedBy }) => <bdi>{followedBy.type}</bdi> },
];
