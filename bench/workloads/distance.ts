// Drain with the database further away: what each round trip costs, and who needs how many.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure, type Work } from '../measure.ts';
import { interleave, inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';
import { atDistance } from '../workspace.ts';

const roundTripsMs = [2, 20];

export const distance: Workload = {
  name: 'distance',
  async run(run) {
    for (const roundTripMs of roundTripsMs) await runAt(run, roundTripMs);
  },
};

async function runAt(run: Run, roundTripMs: number): Promise<void> {
  // One round: what the network decides hardly varies.
  await interleave(run.systems, 1, (system, round) =>
    inWorkspace(run, system, async (workspace) => {
      const count = scaled(run, 30_000);
      await measure(run.server, workspace, (client) => enqueueAll(client, count));
      const far = await atDistance(run, workspace, roundTripMs);
      try {
        const work: Work = (client) => drainAll(client, count);
        const sample = await measure(run.server, workspace, work, far.addresses);
        recorder(run, system, round)('drain at a distance', sample, `${roundTripMs} ms`);
      } finally {
        await far.stop();
      }
    }),
  );
}
