// Handlers that wait 20 ms for something else, 50 at once: 2,500 a second would be perfect. They run for nearly half a minute, as a
// tick with enough to do runs for a whole one, so that what a consumer takes to get going hardly counts.
import { setTimeout as pause } from 'node:timers/promises';
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

export const waitMs = 20;
export const concurrency = 50;

const workload = 'half a minute of handlers of 20 ms';

export const waitingHandlers: Workload = {
  name: 'waiting-handlers',
  async run(run) {
    const count = scaled(run, 60_000);
    const alone = { messagesPerSecond: await timersAlone(count) };
    run.record({ workload, variant: '', system: 'timers alone', round: 1, values: alone });
    // One round: what a timer decides hardly varies.
    await interleave(run.contenders, 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        await measure(run.server, workspace, (client) => enqueueAll(client, count));
        const sample = await measure(run.server, workspace, (client) =>
          drainAll(client, count, { concurrency, handler: () => pause(waitMs) }),
        );
        recorder(run, system, round)(workload, sample);
      }),
    );
  },
};

/** As many waits a second, at once as handlers are, without any queue: a timer of Node is late by a part of a millisecond. */
async function timersAlone(count: number): Promise<number> {
  let left = count;
  const wait = async () => {
    while (left > 0) {
      left -= 1;
      await pause(waitMs);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, wait));
  return count / ((performance.now() - startedAt) / 1000);
}
