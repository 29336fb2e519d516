// A backlog that one invocation cannot drain: handlers wait 50 ms for something else, 16 at once. One tick, alone and with
// helpers, and three ticks that overlap. Each invocation is a process of its own, with the time of the deployed consumer.
import { concurrency, Invocations } from '../invocations.ts';
import { payload } from '../message.ts';
import { startMeter } from '../meter.ts';
import type { System } from '../system.ts';
import { inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';
import { disconnect, type Workspace } from '../workspace.ts';

interface Scene {
  readonly ticks: number;
  readonly helpers: number;
}

const scenes: Readonly<Record<string, Scene>> = {
  'one tick alone': { ticks: 1, helpers: 0 },
  'one tick, up to 8 helpers': { ticks: 1, helpers: 8 },
  'three ticks, up to 8 helpers': { ticks: 3, helpers: 8 },
};

export const handOver: Workload = {
  name: 'hand-over',
  async run(run) {
    const system = run.everyone.find(({ name }) => name === 'Millrace over HTTP');
    if (!system) throw new Error('Millrace over HTTP is not among the systems');
    for (const [variant, scene] of Object.entries(scenes))
      await inWorkspace(run, system, async (workspace) => {
        const values = await drainScene(run, workspace, scene);
        recorder(run, system, 1)('drain with helpers', values, variant);
      });
  },
};

async function drainScene(run: Run, workspace: Workspace, { ticks, helpers }: Scene) {
  const { system, addresses } = workspace;
  // By it the pace is known, as it is after the first minutes of any deployment.
  await fill(workspace, system, concurrency * 100);
  await drainBy(new Invocations(addresses.neon, 0), 1);
  await fill(workspace, system, scaled(run, 100_000));
  await disconnect(run.server, workspace.database);
  const meter = await startMeter(run.server, workspace.database);
  const invocations = new Invocations(addresses.neon, helpers);
  const startedAt = performance.now();
  await drainBy(invocations, ticks);
  const seconds = (performance.now() - startedAt) / 1000;
  await meter.stop();
  await disconnect(run.server, workspace.database);
  const { done: messages, helpers: started, mostAtOnce } = invocations;
  await requireOnce(workspace);
  const spent = await meter.spentOn(messages);
  return {
    messages,
    seconds,
    messagesPerSecond: messages / seconds,
    started,
    mostAtOnce,
    ...spent,
  };
}

async function drainBy(invocations: Invocations, ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) invocations.start();
  await invocations.ended();
}

async function fill(workspace: Workspace, { fill: { ready } }: System, count: number) {
  if (!ready) throw new Error('the system has no fill');
  await workspace.run(ready, [count, JSON.stringify(payload(0))]);
}

/** No lease was lost, so nothing was handled twice. */
async function requireOnce(workspace: Workspace): Promise<void> {
  const others = await workspace.run(`select from millrace.attempt_log where outcome <> 'done'`);
  if (others.length > 0) throw new Error(`${others.length} attempts did not end as done`);
}
