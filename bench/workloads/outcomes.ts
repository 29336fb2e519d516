// Not everything succeeds: 5 % of the messages must come back in a minute, 1 % never will.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { type Handler, NeverAgain, RetryLater } from '../system.ts';
import {
  fewRounds,
  interleave,
  inWorkspace,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';

const handler: Handler = async ({ orderId }) => {
  const n = Number(orderId.slice('order-'.length));
  if (n % 100 === 50) throw new NeverAgain('this will never work');
  if (n % 20 === 7) throw new RetryLater('this works later');
};

export const outcomes: Workload = {
  name: 'outcomes',
  run: (run) =>
    interleave(
      run.contenders.filter(({ features }) => features.includes('outcomes')),
      fewRounds(run),
      (system, round) =>
        inWorkspace(run, system, async (workspace) => {
          const count = scaled(run, 40_000);
          await measure(run.server, workspace, (client) => enqueueAll(client, count));
          const sample = await measure(run.server, workspace, (client) =>
            drainAll(client, count, { handler, outcomes: true }),
          );
          recorder(run, system, round)('drain with failures', sample);
        }),
    ),
};
