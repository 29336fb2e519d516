// What a claim of a batch costs, by what lies in the table: a few ready messages, very many, delayed or blocked ones.

import { payload } from '../message.ts';
import { latencies, timeEach } from '../percentile.ts';
import type { Backlog, Client, System } from '../system.ts';
import { batch, type Run, recorder, type Workload } from '../workload.ts';
import { disconnect, newWorkspace, type Workspace } from '../workspace.ts';

interface Scene {
  readonly variant: string;
  readonly backlog: Backlog;
  readonly count: number;
  readonly long?: boolean;
}

/** Ready messages in every scene, behind what the scene is about. */
const ready = 10_000;
const claimsPerRound = 10;
const rounds = 5;
const fillStep = 250_000;

const scenes: readonly Scene[] = [
  { variant: '10,000 ready', backlog: 'ready', count: 0 },
  { variant: '1,000,000 ready', backlog: 'ready', count: 1_000_000 },
  { variant: '10,000,000 ready', backlog: 'ready', count: 10_000_000, long: true },
  { variant: '1,000,000 delayed', backlog: 'delayed', count: 1_000_000 },
  { variant: '1,000,000 blocked in one group', backlog: 'blocked', count: 1_000_000 },
];

export const backlog: Workload = {
  name: 'backlog',
  async run(run) {
    const stages: Stage[] = [];
    try {
      for (const scene of scenes.filter(({ long }) => run.long || !long)) {
        const systems = run.contenders.filter((system) => canPlay(system, scene));
        // Side by side, since nothing is measured yet, and filling is most of the time that all this takes.
        const workspaces = systems.map((system) => setScene(run, system, scene));
        for (const workspace of await Promise.all(workspaces)) stages.push({ scene, workspace });
      }
      await run.server.admin.query('checkpoint');
      for (let round = 1; round <= rounds; round += 1) await timeClaims(run, stages, round);
    } finally {
      for (const { workspace } of stages) await workspace.drop();
    }
  },
};

interface Stage {
  readonly scene: Scene;
  readonly workspace: Workspace;
}

const canPlay = ({ features, fill }: System, scene: Scene) =>
  features.includes('claim') && fill[scene.backlog] !== undefined;

async function setScene(run: Run, system: System, scene: Scene): Promise<Workspace> {
  const workspace = await newWorkspace(run, system);
  const count = Math.round(scene.count * run.scale);
  for (let filled = 0; filled < count; filled += fillStep)
    await fill(workspace, scene.backlog, Math.min(fillStep, count - filled));
  await fill(workspace, 'ready', ready);
  await workspace.run('vacuum (analyze)');
  await disconnect(run.server, workspace.database);
  return workspace;
}

async function fill({ system, run }: Workspace, kind: Backlog, count: number): Promise<void> {
  const text = system.fill[kind];
  if (text === undefined) throw new Error(`${system.name} has no way to store ${kind} messages`);
  await run(text, [count, JSON.stringify(payload(0))]);
}

/** Claim by claim in turns over systems and scenes, which are compared with each other. */
async function timeClaims(run: Run, stages: readonly Stage[], round: number): Promise<void> {
  const performances = await Promise.all(stages.map(perform));
  try {
    for (let n = 0; n < claimsPerRound; n += 1)
      for (const { workspace, client, durations, counts } of performances) {
        const claimOnce = async () => counts.push(await claim(workspace.system, client));
        durations.push(...(await timeEach(1, claimOnce)));
      }
  } finally {
    await Promise.all(performances.map(({ client }) => client.close()));
  }
  for (const { scene, workspace, durations, counts } of performances) {
    const [first = Number.NaN, ...later] = durations;
    const claimed = counts.slice(1).reduce((sum, count) => sum + count, 0) / later.length;
    const values = { firstMs: first, ...latencies(later), claimed };
    recorder(run, workspace.system, round)('claim', values, scene.variant);
  }
}

async function perform(stage: Stage) {
  const { system, addresses, shape } = stage.workspace;
  const [durations, counts]: [number[], number[]] = [[], []];
  return { ...stage, client: await system.connect(addresses, shape), durations, counts };
}

/** May be short where one kind of delivery gives way to another: how many a claim brings stands beside its duration. */
async function claim(system: System, client: Client): Promise<number> {
  const claimed = (await client.claim?.(batch)) ?? 0;
  if (claimed === 0) throw new Error(`${system.name} claimed nothing`);
  return claimed;
}
