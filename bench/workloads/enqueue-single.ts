// One message a call, one call after another: what a producer waits for.
import { measure } from '../measure.ts';
import { payload } from '../message.ts';
import { latencies, timeEach } from '../percentile.ts';
import type { Client, System } from '../system.ts';
import {
  interleave,
  inWorkspace,
  type Run,
  recorder,
  scaled,
  turned,
  type Workload,
} from '../workload.ts';
import { newWorkspace } from '../workspace.ts';

/**
 * Half of a call is the disk's flush, whose pace drifts by more from one second to the next than the systems differ. So all of them
 * are open at once, and none waits long for its next turn.
 */
const timedCalls = 9_000;
const callsOfTurn = 100;

export const enqueueSingle: Workload = {
  name: 'enqueue-single',
  async run(run) {
    await countSingles(run);
    await timeSingles(run);
  },
};

const enqueueSingles = (client: Client, count: number) =>
  timeEach(count, (n) => client.enqueue([payload(n)]));

/** What each system's calls make the server and the producer do, while no other runs. */
const countSingles = (run: Run): Promise<void> =>
  interleave(run.systems, run.rounds, (system, round) =>
    inWorkspace(run, system, async (workspace) => {
      const sample = await measure(run.server, workspace, async (client) => {
        const durations = await enqueueSingles(client, scaled(run, 1_000));
        return durations.length;
      });
      const { seconds: _, messagesPerSecond: __, ...counts } = sample;
      recorder(run, system, round)('single enqueues', counts);
    }),
  );

interface Producer {
  readonly system: System;
  readonly client: Client;
  readonly durations: number[];
}

async function timeSingles(run: Run): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const producers: Producer[] = [];
  for (const system of run.systems) producers.push(await openProducer(run, system, parts));
  const turns = scaled(run, timedCalls) / callsOfTurn;
  for (let turn = 0; turn < turns; turn += 1)
    for (const { client, durations } of turned(producers, turn))
      durations.push(...(await enqueueSingles(client, callsOfTurn)));
  for (const { system, durations } of producers) {
    const seconds = durations.reduce((sum, ms) => sum + ms) / 1000;
    const messagesPerSecond = durations.length / seconds;
    const timed = { messagesPerSecond, ...latencies(durations) };
    recorder(run, system, 1)('single enqueues', timed);
  }
}

async function openProducer(
  run: Run,
  system: System,
  parts: AsyncDisposableStack,
): Promise<Producer> {
  const workspace = await newWorkspace(run, system);
  parts.defer(() => workspace.drop());
  const client = await system.connect(workspace.addresses, workspace.shape);
  parts.defer(() => client.close());
  return { system, client, durations: [] };
}
