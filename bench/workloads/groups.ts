// FIFO: 10,000 groups of 10 messages, each group handled in order, against as many messages without groups.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure, type Sample } from '../measure.ts';
import type { System } from '../system.ts';
import {
  batch,
  interleave,
  inWorkspace,
  type Run,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';

const groupSize = 10;

export const groups: Workload = {
  name: 'groups',
  run: (run) =>
    interleave(
      run.contenders.filter(({ features }) => features.includes('groups')),
      1,
      async (system, round) => {
        const record = recorder(run, system, round);
        const count = scaled(run, messagesFor(system));
        record('drain groups', await drainOf(run, system, count, count / groupSize), 'in groups');
        record('drain groups', await drainOf(run, system, count, 0), 'without groups');
      },
    ),
};

// A tenth for peers: some of them would need the rest of the run.
const messagesFor = ({ family }: System) => (family === 'millrace' ? 100_000 : 10_000);

async function drainOf(run: Run, system: System, count: number, groups: number): Promise<Sample> {
  let sample: Sample | undefined;
  const shape = { queues: 1, grouped: groups > 0 };
  await inWorkspace(
    run,
    system,
    async (workspace) => {
      await measure(run.server, workspace, (client) =>
        enqueueAll(client, count, (from) => (groups > 0 ? { groupKeys: keys(from, groups) } : {})),
      );
      sample = await measure(run.server, workspace, (client) => drainAll(client, count));
    },
    shape,
  );
  if (!sample) throw new Error('nothing was measured');
  return sample;
}

/** The groups take turns, so that the members of one are far apart. */
const keys = (from: number, groups: number) =>
  Array.from({ length: batch }, (_, n) => `group-${(from + n) % groups}`);
