// A look at a queue that has nothing: what a tick costs while nothing happens.
import { measure } from '../measure.ts';
import { latencies, timeEach } from '../percentile.ts';
import type { System } from '../system.ts';
import { graphileBatching } from '../systems/graphile-worker.ts';
import { batch, interleave, inWorkspace, recorder, type Workload } from '../workload.ts';

const looks = 100;

export const idle: Workload = {
  name: 'idle',
  run: (run) =>
    interleave(run.systems.filter(canLook), 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        let durations: number[] = [];
        const handler = async () => {};
        const sample = await measure(run.server, workspace, async (client) => {
          durations = await timeEach(looks, () => client.drain({ count: 0, batch, handler }));
          return looks;
        });
        const { statementsPerMessage, cpuMsPerThousand, databaseMsPerThousand } = sample;
        recorder(
          run,
          system,
          round,
        )('idle look', {
          statements: statementsPerMessage,
          cpuMs: cpuMsPerThousand / 1000,
          databaseMs: databaseMsPerThousand / 1000,
          ...latencies(durations),
        });
      }),
    ),
};

// A run of it sets up a pool of workers first: no look of it is like a tick.
const canLook = (system: System) => system !== graphileBatching;
