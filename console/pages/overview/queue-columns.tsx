// What the overview shows of each queue.
import type { History, QueueStats } from '#client/queue-answers.ts';
import { perMinute, wholeSlots } from '#console/charts/slots.ts';
import { Sparkline } from '#console/charts/sparkline.tsx';
import { queuePath } from '#console/pages/paths.ts';
import { Badge } from '#console/parts/badge.tsx';
import type { Column } from '#console/parts/data-table.tsx';
import { cappedCount, counted, duration, rate } from '#console/parts/words.ts';

/** history: of the last hour, once it is there. */
export function queueColumns(history: History | undefined): readonly Column<QueueStats>[] {
  return [
    { title: 'Queue', cell: nameOf },
    { title: 'Waiting', cell: waitingOf, isNumber: true },
    {
      title: 'Oldest',
      cell: ({ depth, oldestPendingSeconds }) =>
        depth.pending > 0 ? duration(oldestPendingSeconds) : '–',
      isNumber: true,
    },
    { title: 'Running', cell: depthOf('processing'), isNumber: true },
    {
      title: 'Retrying',
      cell: ({ retrying, capped }) => cappedCount(retrying, capped.includes('retrying')),
      isNumber: true,
    },
    { title: 'Dead', cell: depthOf('dead'), isNumber: true },
    {
      title: 'Done a minute',
      cell: (queue) => <Rate queue={queue} history={history} />,
      isNumber: true,
    },
  ];
}

function nameOf({ name, paused, declared }: QueueStats) {
  return (
    <>
      <a href={queuePath(name)}>{name}</a> {paused && <Badge tone="warn">paused</Badge>}{' '}
      {!declared && <Badge tone="warn">undeclared</Badge>}
    </>
  );
}

type DepthStatus = keyof QueueStats['depth'];

const depthOf =
  (status: DepthStatus) =>
  ({ depth, capped }: QueueStats) =>
    cappedCount(depth[status], capped.includes(status));

function waitingOf(queue: QueueStats) {
  const { scheduled, blocked } = queue.depth;
  return (
    <>
      {depthOf('pending')(queue)}
      {(scheduled > 0 || blocked > 0) && (
        <div class="soft small">
          {scheduled > 0 && `${depthOf('scheduled')(queue)} scheduled `}
          {blocked > 0 && `${depthOf('blocked')(queue)} blocked`}
        </div>
      )}
    </>
  );
}

function Rate({ queue, history }: RateProps) {
  const { name, perMinute: now } = queue;
  const past = history && perMinute(wholeSlots(history, name), 'done', history.slotSeconds);
  return (
    <div class="rate">
      {past && (
        <Sparkline
          values={[...past, now.done]}
          label={`Over the last hour at most ${counted(Math.round(Math.max(...past)), 'message')} a minute`}
        />
      )}
      {rate(now.done)}
    </div>
  );
}

interface RateProps {
  readonly queue: QueueStats;
  readonly history: History | undefined;
}
