// One message a call, one call after another: what a producer waits for.
import { measure } from '../measure.ts';
import { payload } from '../message.ts';
import { latencies, timeEach } from '../percentile.ts';
import {
  fewRounds,
  interleave,
  inWorkspace,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';

export const enqueueSingle: Workload = {
  name: 'enqueue-single',
  run: (run) =>
    interleave(run.systems, fewRounds(run), (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        const count = scaled(run, 3_000);
        let durations: number[] = [];
        const sample = await measure(run.server, workspace, async (client) => {
          durations = await timeEach(count, (n) => client.enqueue([payload(n)]));
          return count;
        });
        recorder(run, system, round)('enqueue one by one', { ...sample, ...latencies(durations) });
      }),
    ),
};
