import type { JobResult, PgBoss } from 'pg-boss';
import type { Payload } from '../message.ts';
import { type DrainOptions, type Handler, NeverAgain } from '../system.ts';

/** A worker that settles each job by its own outcome: the one way pg-boss has to end jobs of a batch differently. */
export async function drainWithOutcomes(
  boss: PgBoss,
  name: string,
  { batch, handler, count }: DrainOptions,
  loops: number,
): Promise<void> {
  const { promise: handled, resolve } = Promise.withResolvers<void>();
  let left = count;
  const options = {
    batchSize: batch,
    burstWhenBatchFull: true,
    perJobResults: true,
    localConcurrency: loops,
  } as const;
  await boss.work<Payload, unknown, typeof options>(name, options, async (jobs) => {
    const results = await Promise.all(jobs.map(({ id, data }) => outcome(id, data, handler)));
    left -= jobs.length;
    if (left <= 0) resolve();
    return results;
  });
  await handled;
  // Waits until the last batch is settled.
  await boss.offWork(name, { wait: true });
}

async function outcome(id: string, data: Payload, handler: Handler): Promise<JobResult> {
  try {
    await handler(data);
    return { id, status: 'completed' };
  } catch (error) {
    return { id, status: error instanceof NeverAgain ? 'deadletter' : 'failed', output: error };
  }
}
