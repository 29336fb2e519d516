// After a crash: deliveries whose consumer died come back as suspects, which are handled with care. Beside them, as many
// that nothing has happened to.
import { setTimeout as pause } from 'node:timers/promises';
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure, type Sample } from '../measure.ts';
import type { Client, System } from '../system.ts';
import {
  batch,
  interleave,
  inWorkspace,
  type Run,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';
import type { Workspace } from '../workspace.ts';

const waitMs = 20;

type Prepare = (workspace: Workspace, client: Client, count: number) => Promise<void>;

const variants: Readonly<Record<string, Prepare>> = {
  fresh: async () => {},
  suspects: loseLeases,
};

export const recovery: Workload = {
  name: 'recovery',
  run: (run) =>
    interleave(
      run.contenders.filter(({ family }) => family === 'millrace'),
      run.rounds,
      async (system, round) => {
        for (const [variant, prepare] of Object.entries(variants)) {
          const sample = await drainPrepared(run, system, prepare);
          recorder(run, system, round)('drain after a crash', sample, variant);
        }
      },
    ),
};

async function drainPrepared(run: Run, system: System, prepare: Prepare): Promise<Sample> {
  const count = scaled(run, 1_000);
  let sample: Sample | undefined;
  await inWorkspace(run, system, async (workspace) => {
    await measure(run.server, workspace, async (client) => {
      await enqueueAll(client, count);
      await prepare(workspace, client, count);
      return count;
    });
    sample = await measure(run.server, workspace, (client) =>
      drainAll(client, count, { handler: () => pause(waitMs) }),
    );
  });
  if (!sample) throw new Error('nothing was measured');
  return sample;
}

/** As a consumer that claimed all of them and was killed, a lease's time ago. */
async function loseLeases(workspace: Workspace, client: Client, count: number): Promise<void> {
  for (let claimed = 0; claimed < count; ) claimed += (await client.claim?.(batch)) ?? count;
  for (const table of ['delivery', 'parcel'])
    await workspace.run(
      `update millrace.${table} set lease_expires_at = statement_timestamp() - interval '1 second'
       where lease_expires_at is not null`,
    );
}
