// Handlers that wait 20 ms for something else, 50 at once: 2,500 a second would be perfect.
import { setTimeout as pause } from 'node:timers/promises';
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

export const waitMs = 20;
export const concurrency = 50;

export const waitingHandlers: Workload = {
  name: 'waiting-handlers',
  run: (run) =>
    // One round: what a timer decides hardly varies.
    interleave(run.contenders, 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        const count = scaled(run, 5_000);
        await measure(run.server, workspace, (client) => enqueueAll(client, count));
        const sample = await measure(run.server, workspace, (client) =>
          drainAll(client, count, { concurrency, handler: () => pause(waitMs) }),
        );
        recorder(run, system, round)('drain with handlers of 20 ms', sample);
      }),
    ),
};
