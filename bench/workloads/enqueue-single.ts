// One message a call, one call after another: what a producer waits for.
import { measure } from '../measure.ts';
import { payload } from '../message.ts';
import { latencies, timeEach } from '../percentile.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

/** Short ones in turns: half of a call is the disk's flush, and a disk's pace drifts by more between two minutes than the systems differ. */
const fewestRounds = 27;

export const enqueueSingle: Workload = {
  name: 'enqueue-single',
  run: (run) =>
    interleave(run.systems, Math.max(fewestRounds, run.rounds), (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        const count = scaled(run, 200);
        let durations: number[] = [];
        const sample = await measure(run.server, workspace, async (client) => {
          durations = await timeEach(count, (n) => client.enqueue([payload(n)]));
          return count;
        });
        recorder(
          run,
          system,
          round,
        )('single enqueues by turns', { ...sample, ...latencies(durations) });
      }),
    ),
};
