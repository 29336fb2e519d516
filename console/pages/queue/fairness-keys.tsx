// The fairness keys of a fair queue: who has most waiting, who is paused, and pausing and resuming one.
import { useSignal } from '@preact/signals';
import type { PausedKey, WaitingKey } from '#client/queue-answers.ts';
import { type Action, useAction } from '#console/api/action.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { PageButtons } from '#console/parts/page-buttons.tsx';
import { Failed, LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { count } from '#console/parts/words.ts';
import { mayOperate } from '#console/session/session.ts';
import { PauseKey } from './pause-key.tsx';

/** Looked up more seldom than the figures above, since it costs more than they do. */
export function FairnessKeys({ queue }: { readonly queue: string }) {
  const cursor = useSignal<string | undefined>(undefined);
  const at = cursor.value;
  const live = useLive(`keys of ${queue} ${at ?? ''}`, () => keysOf(queue, at), {
    everySeconds: 15,
  });
  const action = useAction();
  const change = async (fairnessKey: string, isPause: boolean) => {
    const isDone = await action.start(async () => {
      await (isPause
        ? operations.pauseQueue(queue, { fairnessKey })
        : operations.resumeQueue(queue, { fairnessKey }));
      return isPause ? `${fairnessKey} is paused, others go on.` : `${fairnessKey} goes on.`;
    });
    if (isDone) live.refresh();
    return isDone;
  };
  return (
    <section>
      <h2>Fairness keys</h2>
      {action.problem && <Failed problem={action.problem} />}
      <LiveView live={live}>
        {({ waiting, paused, nextPaused }) => (
          <>
            {waiting.length === 0 ? (
              <p>Nothing waits in its line.</p>
            ) : (
              <DataTable
                caption="Keys with most waiting"
                columns={waitingColumns({ action, change, paused })}
                rows={waiting}
                keyOf={({ fairnessKey }) => fairnessKey ?? ''}
              />
            )}
            {paused.length > 0 && (
              <DataTable
                caption="Paused keys"
                columns={pausedColumns({ action, change })}
                rows={paused}
                keyOf={({ fairnessKey }) => fairnessKey}
              />
            )}
            <PageButtons of="paused keys" cursor={cursor} next={nextPaused} />
          </>
        )}
      </LiveView>
      {mayOperate.value && <PauseKey isBusy={action.isBusy} pause={(key) => change(key, true)} />}
    </section>
  );
}

/** The keys with most waiting, which a person can look over, and a page of those that are paused. */
async function keysOf(queue: string, cursor: string | undefined) {
  const [waiting, paused] = await Promise.all([
    operations.waitingKeys(queue, { limit: 10 }),
    operations.pausedKeys(queue, { limit: 100, ...(cursor && { cursor }) }),
  ]);
  return { waiting: waiting.items, paused: paused.items, nextPaused: paused.nextCursor };
}

interface Changing {
  readonly action: Action;
  readonly change: (fairnessKey: string, isPause: boolean) => Promise<boolean>;
}

function ChangeButton({ of, isPause, changing }: ChangeButtonProps) {
  if (!mayOperate.value) return null;
  const verb = isPause ? 'Pause' : 'Resume';
  return (
    <button
      type="button"
      aria-label={`${verb} ${of}`}
      aria-disabled={changing.action.isBusy}
      onClick={() => changing.change(of, isPause)}
    >
      {verb}
    </button>
  );
}

interface ChangeButtonProps {
  readonly of: string;
  readonly isPause: boolean;
  readonly changing: Changing;
}

const waitingColumns = ({
  paused,
  ...changing
}: Changing & { readonly paused: readonly PausedKey[] }): readonly Column<WaitingKey>[] => [
  {
    title: 'Most waiting',
    cell: ({ fairnessKey }) => (fairnessKey === null ? 'without a key' : <bdi>{fairnessKey}</bdi>),
  },
  { title: 'About', cell: ({ waiting }) => count(waiting), isNumber: true },
  {
    title: 'Claimed',
    cell: ({ fairnessKey }) => {
      if (fairnessKey === null) return 'in turn';
      if (paused.some((each) => each.fairnessKey === fairnessKey)) return 'paused';
      return <ChangeButton of={fairnessKey} isPause={true} changing={changing} />;
    },
  },
];

const pausedColumns = (changing: Changing): readonly Column<PausedKey>[] => [
  { title: 'Paused', cell: ({ fairnessKey }) => <bdi>{fairnessKey}</bdi> },
  { title: 'Since', cell: ({ pausedAt }) => <Time at={pausedAt} /> },
  {
    title: 'Claimed',
    cell: ({ fairnessKey }) => (
      <ChangeButton of={fairnessKey} isPause={false} changing={changing} />
    ),
  },
];
