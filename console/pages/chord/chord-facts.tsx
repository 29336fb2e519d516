// What is known of a chord: how its members ended, and the message that follows.
import type { ChordStatus } from '#client/chord-answers.ts';
import { messagePath } from '#console/pages/paths.ts';
import { ExactTime } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';

export function ChordFacts({ chord }: { readonly chord: ChordStatus }) {
  const { id, createdAt, endedAt, live, done, dead, cancelled, isExact, followedBy } = chord;
  return (
    <dl class="facts">
      <dt>Id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Sent</dt>
      <dd>
        <ExactTime at={createdAt} />
      </dd>
      {endedAt !== null && (
        <>
          <dt>Ended</dt>
          <dd>
            <ExactTime at={endedAt} />
          </dd>
        </>
      )}
      <dt>Live</dt>
      <dd>{isExact ? count(live) : `${count(live)} at most`}</dd>
      <dt>Done</dt>
      <dd>{count(done)}</dd>
      <dt>Dead</dt>
      <dd>{count(dead)}</dd>
      <dt>Cancelled</dt>
      <dd>{count(cancelled)}</dd>
      <dt>Followed by</dt>
      <dd>
        {followedBy.id === null ? (
          <bdi>{followedBy.type}</bdi>
        ) : (
          <a href={messagePath(followedBy.id)}>
            <bdi>{followedBy.type}</bdi>
          </a>
        )}
      </dd>
    </dl>
  );
}
