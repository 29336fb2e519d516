import type { QueueStats } from '#client/queue-answers.ts';
import { queuePath } from '#console/pages/paths.ts';
import { findingsOf } from './findings.ts';

/** What is wrong in any queue, each as a sentence, the worst first. */
export function FindingsList({ queues }: { readonly queues: readonly QueueStats[] }) {
  const found = queues
    .flatMap((queue) => findingsOf(queue).map((finding) => ({ queue: queue.name, ...finding })))
    .sort((left, right) => right.weight - left.weight);
  if (found.length === 0) return <p class="finding good">Nothing is wrong.</p>;
  return (
    <ul class="findings" aria-label="What is wrong">
      {found.map(({ queue, tone, says, href }) => (
        <li key={`${queue} ${says}`} class={`finding ${tone}`}>
          <a href={queuePath(queue)}>{queue}</a> {says}
          {href && (
            <>
              {' '}
              <a href={href}>Look at them</a>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
