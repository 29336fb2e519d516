// The drain through a pooler, which gives a connection for a transaction and takes it back.
import { enqueueAll } from '../enqueueing.ts';
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { startPgbouncer } from '../pgbouncer.ts';
import {
  fewRounds,
  interleave,
  inWorkspace,
  recorder,
  scaled,
  type Workload,
} from '../workload.ts';
import { withPort } from '../workspace.ts';

const workload = 'drain behind pgbouncer';

export const pooled: Workload = {
  name: 'pooled',
  async run(run) {
    const pooler = await startPgbouncer(run.server);
    if (!pooler) return run.leaveOut(workload, 'pgbouncer is not installed on the machine');
    try {
      await interleave(run.contenders, fewRounds(run), (system, round) =>
        inWorkspace(run, system, async (workspace) => {
          const count = scaled(run, 60_000);
          await measure(run.server, workspace, (client) => enqueueAll(client, count));
          const postgres = withPort(workspace.addresses.postgres, pooler.port);
          const sample = await measure(run.server, workspace, (client) => drainAll(client, count), {
            ...workspace.addresses,
            postgres,
            isPooled: true,
          });
          recorder(run, system, round)(workload, sample);
        }),
      );
    } finally {
      await pooler.stop();
    }
  },
};
