import type { QueueDetail } from '#client/queue-answers.ts';
import { cappedCount, duration, rate } from '#console/parts/words.ts';

/** What is in the queue now, and how fast it goes. */
export function QueueFigures({ queue }: { readonly queue: QueueDetail }) {
  const { depth, capped, retrying, oldestPendingSeconds, perMinute } = queue;
  const depthOf = (status: keyof typeof depth) =>
    cappedCount(depth[status], capped.includes(status));
  const figures: readonly (readonly [string, string])[] = [
    ['Waiting', depthOf('pending')],
    ['Oldest', depth.pending > 0 ? duration(oldestPendingSeconds) : '–'],
    ['Running', depthOf('processing')],
    ['Scheduled', depthOf('scheduled')],
    ['Blocked', depthOf('blocked')],
    ['Retrying', cappedCount(retrying, capped.includes('retrying'))],
    ['Dead', depthOf('dead')],
    ['Done a minute', rate(perMinute.done)],
    ['Retried a minute', rate(perMinute.retried)],
    ['Dead a minute', rate(perMinute.dead)],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
