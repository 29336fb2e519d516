// Eight consumers at once on one queue: whether they get in each other's way.
import { type Consumer, startConsumer } from '../consumer-of-system.ts';
import { settleDown } from '../counters.ts';
import { enqueueAll } from '../enqueueing.ts';
import { measure } from '../measure.ts';
import { startMeter } from '../meter.ts';
import { interleave, inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';
import { disconnect, type Workspace } from '../workspace.ts';

const consumers = 8;

export const eightConsumers: Workload = {
  name: 'eight-consumers',
  run: (run) =>
    interleave(run.contenders, 1, (system, round) =>
      inWorkspace(run, system, async (workspace) => {
        // Enough for several seconds: what a process spends on its start, on compiling and connections, is to be a small part.
        const count = scaled(run, 200_000);
        await measure(run.server, workspace, (client) => enqueueAll(client, count));
        const values = await drainTogether(run, workspace, count);
        recorder(run, system, round)('drain by eight consumers', values);
      }),
    ),
};

async function drainTogether({ server }: Run, workspace: Workspace, count: number) {
  await settleDown(server, workspace);
  const all = await Promise.all(Array.from({ length: consumers }, () => startConsumer(workspace)));
  try {
    const meter = await startMeter(server, workspace.database);
    const startedAt = performance.now();
    await drainWith(all, count);
    const seconds = (performance.now() - startedAt) / 1000;
    await meter.stop();
    for (const consumer of all) await consumer.stop();
    await disconnect(server, workspace.database);
    return { seconds, messagesPerSecond: count / seconds, ...(await meter.spentOn(count)) };
  } finally {
    for (const consumer of all) await consumer.stop();
  }
}

/** Those that have ended early, because others held what was left, are started again. */
async function drainWith(all: readonly Consumer[], count: number): Promise<void> {
  for (let handled = 0; handled < count; ) {
    const counts = await Promise.all(all.map((consumer) => consumer.drain()));
    const sum = counts.reduce((total, each) => total + each);
    handled += sum;
    if (sum === 0 || handled > count) throw new Error(`${handled} of ${count} were handled`);
  }
}
