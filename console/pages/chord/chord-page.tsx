// One chord: how far its members are, and what follows when all have ended. Messages and the list lead here.
import { useRoute } from 'preact-iso/router';
import type { ChordStatus } from '#client/chord-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { chordsPath } from '#console/pages/paths.ts';
import { Badge } from '#console/parts/badge.tsx';
import { Page } from '#console/parts/page.tsx';
import { LiveView } from '#console/parts/states.tsx';
import { count, counted } from '#console/parts/words.ts';
import { ChordActions } from './chord-actions.tsx';
import { ChordFacts } from './chord-facts.tsx';

export function ChordPage() {
  const { id = '' } = useRoute().params;
  const live = useLive(`chord ${id}`, () => operations.chord(id));
  const { answer } = live;
  return (
    <Page
      title="Chord"
      scope="read"
      intro={<a href={chordsPath}>All open chords</a>}
      actions={answer && <ChordActions chord={answer} changed={live.refresh} />}
    >
      <LiveView live={live}>{(chord) => <Shown chord={chord} />}</LiveView>
    </Page>
  );
}

const tones = { open: 'busy', ended: 'good', cancelled: 'calm' } as const;

function Shown({ chord }: { readonly chord: ChordStatus }) {
  const { status, members, live, isExact, refusal } = chord;
  const ended = members - live;
  return (
    <>
      <p>
        <Badge tone={tones[status]}>{status}</Badge>{' '}
        <progress max={members} value={ended} aria-label="Members that have ended" />{' '}
        {isExact ? '' : 'at least '}
        {count(ended)} of {counted(members, 'member')} ended
      </p>
      {refusal && (
        <p role="alert">
          What follows cannot be enqueued, so the chord stays open: <bdi>{refusal.reason}</bdi>
        </p>
      )}
      <ChordFacts chord={chord} />
    </>
  );
}
