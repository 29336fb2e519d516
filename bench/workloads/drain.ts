// W: enqueue in batches, then drain with handlers that do nothing.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import type { System } from '../system.ts';
import { graphileDefault } from '../systems/graphile-worker.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

/** Each takes a second or two, and between two rounds the machine drifts by more than the systems differ. */
const fewestRounds = 3;

export const drainW: Workload = {
  name: 'drain',
  run: (run) =>
    interleave(run.everyone, Math.max(fewestRounds, run.rounds), (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        const count = scaled(run, messagesFor(system));
        const enqueued = await measure(run.server, workspace, (client) =>
          enqueueAll(client, count),
        );
        const drained = await measure(run.server, workspace, (client) => drainAll(client, count));
        const record = recorder(run, system, round);
        record('enqueue in batches', enqueued);
        record('drain', drained);
        record('whole life', {
          walBytesPerMessage: enqueued.walBytesPerMessage + drained.walBytesPerMessage,
          buffersPerMessage: enqueued.buffersPerMessage + drained.buffersPerMessage,
        });
      }),
    ),
};

// A job at a time by default: the rate needs no 50,000 of them.
const messagesFor = (system: System) => (system === graphileDefault ? 2_000 : 50_000);
