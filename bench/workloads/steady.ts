// A steady load over a long time: whether throughput and claims stay flat while a week of history is dropped and autovacuum runs.

import { startMeter } from '../meter.ts';
import { holdHistory } from '../old-week.ts';
import { SteadyLoad } from '../steady-load.ts';
import { inWorkspace, type Run, recorder, type Workload } from '../workload.ts';
import { disconnect, type Workspace } from '../workspace.ts';

interface Length {
  readonly seconds: number;
  /** The load is told in so many parts. */
  readonly parts: number;
}

const minute: Length = { seconds: 60, parts: 60 };
const hour: Length = { seconds: 3_600, parts: 180 };
/** Messages of the week that is dropped. */
const oldMessages = 200_000;

export const steady: Workload = {
  name: 'steady',
  async run(run) {
    const system = run.contenders.find(({ family }) => family === 'millrace');
    if (!system) throw new Error('Millrace is not among the systems');
    for (const length of run.long ? [minute, hour] : [minute])
      await inWorkspace(run, system, (workspace) => loadFor(length, workspace, run));
  },
};

async function loadFor({ seconds, parts }: Length, workspace: Workspace, run: Run): Promise<void> {
  const { server, scale } = run;
  const old = await holdHistory(workspace, Math.round(oldMessages * scale));
  await disconnect(server, workspace.database);
  const meter = await startMeter(server, workspace.database);
  const load = await SteadyLoad.start(workspace, seconds * scale);
  const entries: Record<string, number>[] = [];
  for (let part = 1; part <= parts; part += 1) {
    if (part === Math.ceil(parts / 2)) await old.expire();
    await load.until((seconds * scale * part) / parts);
    entries.push({ ...load.part(), ...(await old.events()) });
  }
  const messages = await load.end();
  await meter.stop();
  await old.release();
  await disconnect(server, workspace.database);
  // What was spent is known for all parts together.
  const spent = await meter.spentOn(messages);
  for (const [n, values] of entries.entries()) {
    const all = n + 1 < entries.length ? values : { ...values, ...spent };
    recorder(run, workspace.system, n + 1)('steady', all, `${seconds.toLocaleString('en-US')} s`);
  }
}
