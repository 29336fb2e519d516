// Eight consumers at once on one queue: whether they get in each other's way.
import { drainByConsumers } from '../drain-by-consumers.ts';
import { enqueueAll } from '../enqueueing.ts';
import { measure } from '../measure.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

const consumers = 8;

export const eightConsumers: Workload = {
  name: 'eight-consumers',
  run: (run) =>
    interleave(run.contenders, 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        // Enough for several seconds: what a process spends on its start, on compiling and connections, is to be a small part.
        const count = scaled(run, 200_000);
        await measure(run.server, workspace, (client) => enqueueAll(client, count));
        const values = await drainByConsumers(run, workspace, { consumers, count });
        recorder(run, system, round)('drain by eight consumers', { ...values });
      }),
    ),
};
