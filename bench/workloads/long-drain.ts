// The drain again, for so long that nothing of its start is left in the rate: W takes a second where a consumer is fast.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

export const longDrain: Workload = {
  name: 'long-drain',
  run: (run) =>
    interleave(run.contenders, 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        const count = scaled(run, 250_000);
        await measure(run.server, workspace, (client) => enqueueAll(client, count));
        const drained = await measure(run.server, workspace, (client) => drainAll(client, count));
        recorder(run, system, round)('long drain', drained);
      }),
    ),
};
