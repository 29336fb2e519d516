// A transaction that stays open, as an analytics query or a lagging replica holds one: nothing that is finished after
// it can be vacuumed, and whoever claims may have to walk all of it, again and again.
import { Client as Connection } from 'pg';
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import type { System } from '../system.ts';
import { interleave, inWorkspace, type Run, recorder, scaled, type Workload } from '../workload.ts';
import { bystander, type Workspace } from '../workspace.ts';

const measuredCount = 30_000;
const step = 20_000;

export const pinnedSnapshot: Workload = {
  name: 'pinned-snapshot',
  run: (run) =>
    interleave(run.contenders, 1, async (system, round) => {
      for (const finished of finishedFor(run, system)) await runAfter(run, system, round, finished);
    }),
};

/** How many messages are finished under the snapshot before the measurement. */
const finishedFor = (run: Run, { family }: System) =>
  run.long || family === 'millrace' ? [0, 100_000, 600_000] : [0, 100_000];

function runAfter(run: Run, system: System, round: number, finished: number): Promise<void> {
  return inWorkspace(run, system, async (workspace) => {
    const snapshot = await holdSnapshot(run.server.urlOf(workspace.database));
    try {
      if (finished > 0) await finish(workspace, scaled(run, finished));
      const count = scaled(run, measuredCount);
      await measure(run.server, workspace, (client) => enqueueAll(client, count));
      const sample = await measure(run.server, workspace, (client) => drainAll(client, count));
      recorder(run, system, round)('drain under a pinned snapshot', sample, `after ${finished}`);
    } finally {
      await snapshot.release();
    }
  });
}

interface Snapshot {
  release(): Promise<void>;
}

async function holdSnapshot(url: string): Promise<Snapshot> {
  const connection = new Connection({ connectionString: url, application_name: bystander });
  await connection.connect();
  await connection.query('begin isolation level repeatable read');
  // The snapshot is taken by the first query, not by begin.
  await connection.query('select count(*) from pg_class');
  return { release: () => connection.end() };
}

/** Enqueues and drains in steps, as a day does: never a long backlog. */
async function finish({ system, addresses, shape }: Workspace, count: number): Promise<void> {
  const client = await system.connect(addresses, shape);
  try {
    for (let done = 0; done < count; done += step) {
      const next = Math.min(step, count - done);
      await enqueueAll(client, next);
      await drainAll(client, next);
    }
  } finally {
    await client.close();
  }
}
