// A drain by consumers in processes of their own: none has warmed up on what another system has done before.
import { type Consumer, startConsumer } from './consumer-of-system.ts';
import { settleDown } from './counters.ts';
import { type Spent, startMeter } from './meter.ts';
import type { Run } from './workload.ts';
import { disconnect, type Workspace } from './workspace.ts';

export interface DrainedByConsumers extends Spent {
  readonly seconds: number;
  readonly messagesPerSecond: number;
}

/** So many of them, that have started before the clock does, drain so many messages. Throws when not all were handled. */
export async function drainByConsumers(
  { server }: Pick<Run, 'server'>,
  workspace: Workspace,
  { consumers, count }: { readonly consumers: number; readonly count: number },
): Promise<DrainedByConsumers> {
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
