// Live messages in 50 queues, and one consumer for all of them.
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { payloads } from '../message.ts';
import {
  batch,
  interleave,
  inWorkspace,
  type Run,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';

const queues = 50;

const countsOf = ({ long }: Run) => (long ? [100_000, 1_000_000] : [100_000]);

export const fiftyQueues: Workload = {
  name: 'fifty-queues',
  async run(run) {
    for (const count of countsOf(run)) await runWith(run, count);
  },
};

function runWith(run: Run, wanted: number): Promise<void> {
  const systems = run.contenders.filter(({ family }) => family !== 'floor');
  return interleave(systems, 1, (system, round) =>
    inWorkspace(
      run,
      system,
      async (workspace) => {
        const count = scaled(run, wanted);
        await measure(run.server, workspace, async (client) => {
          for (let n = 0; n * batch < count; n += 1)
            await client.enqueue(payloads(n * batch, batch), { queue: n % queues });
          return count;
        });
        const sample = await measure(run.server, workspace, (client) => drainAll(client, count));
        recorder(run, system, round)('drain of 50 queues', sample, wanted.toLocaleString('en-US'));
      },
      { queues, grouped: false },
    ),
  );
}
