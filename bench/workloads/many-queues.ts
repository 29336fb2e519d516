// 200 queues, and work in three of them: what the idle ones cost.

import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { payloads } from '../message.ts';
import { batch, fewRounds, interleave, inWorkspace, recorder, type Workload } from '../workload.ts';

const shape = { queues: 200, grouped: false };
const busy = [0, 99, 199];
/** Enough that opening connections is not what is measured. */
const batchesEach = 20;

export const manyQueues: Workload = {
  name: 'many-queues',
  run: (run) =>
    interleave(
      run.contenders.filter(({ family }) => family !== 'floor'),
      fewRounds(run),
      (system, round) =>
        inWorkspace(
          run,
          system,
          async (workspace) => {
            const count = busy.length * batchesEach * batch;
            await measure(run.server, workspace, async (client) => {
              for (const queue of busy)
                for (let n = 0; n < batchesEach; n += 1)
                  await client.enqueue(payloads(n * batch, batch), { queue });
              return count;
            });
            const sample = await measure(run.server, workspace, (client) =>
              drainAll(client, count),
            );
            recorder(run, system, round)('drain three of 200 queues', sample);
          },
          shape,
        ),
    ),
};
