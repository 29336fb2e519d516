// The drain of messages that came one call each, as from requests, and of those that came so and in batches by turns.
import { drainAll } from '../handling.ts';
import { measure } from '../measure.ts';
import { payloads } from '../message.ts';
import type { Client } from '../system.ts';
import { batch, interleave, inWorkspace, recorder, scaled, type Workload } from '../workload.ts';

/** Enqueues messages from a number on. */
type Enqueue = (client: Client, from: number, count: number) => Promise<void>;

/** Calls at once, as of as many requests. */
const callers = 10;

const single: Enqueue = async (client, from, count) => {
  for (let n = 0; n < count; n += callers)
    await Promise.all(
      payloads(from + n, Math.min(callers, count - n)).map((each) => client.enqueue([each])),
    );
};

const inTurns: Enqueue = async (client, from, count) => {
  await single(client, from, count / 2);
  await client.enqueue(payloads(from + count / 2, count / 2));
};

const scenes: Readonly<Record<string, Enqueue>> = {
  'one call each': single,
  'by turns with batches': inTurns,
};

export const singles: Workload = {
  name: 'singles',
  run: (run) =>
    interleave(run.contenders, 1, async (system, round) => {
      const count = scaled(run, 50_000);
      for (const [variant, enqueue] of Object.entries(scenes))
        await inWorkspace(run, system, async (workspace) => {
          await measure(run.server, workspace, async (client) => {
            for (let from = 0; from < count; from += batch) await enqueue(client, from, batch);
            return count;
          });
          const sample = await measure(run.server, workspace, (client) => drainAll(client, count));
          recorder(run, system, round)('drain of singles', sample, variant);
        });
    }),
};
