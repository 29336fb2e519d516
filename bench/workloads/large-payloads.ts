// Messages of 10, 100 and 256 KB: whether the cost of a message grows with its bytes, and with nothing else.
import { drainByConsumers } from '../drain-by-consumers.ts';
import { measure } from '../measure.ts';
import { largePayload, type Payload } from '../message.ts';
import type { Client } from '../system.ts';
import { interleave, inWorkspace, type Run, recorder, type Workload } from '../workload.ts';
import type { Workspace } from '../workspace.ts';

/** The last is as large as Millrace takes, less what Postgres adds: it writes a space after each colon and comma. */
const sizes = [10_000, 100_000, 262_000];
/** A second's work and more, so that what a consumer and its connections take to get going is a small part of the rate. */
const totalBytes = 200_000_000;
/** The machine drifts by more within the minutes of one round than the systems differ. */
const rounds = 3;

export const largePayloads: Workload = {
  name: 'large-payloads',
  async run(run) {
    for (const bytes of sizes)
      await interleave(run.contenders, rounds, (system, round) =>
        inWorkspace(run, system, async (workspace) => {
          const { enqueued, drained } = await measureSize(run, workspace, bytes);
          const record = recorder(run, system, round);
          const variant = `${Math.floor(bytes / 1000)} KB`;
          record('enqueue 200 MB', perMegabyte(enqueued, bytes), variant);
          record('drain 200 MB', perMegabyte(drained, bytes), variant);
        }),
      );
  },
};

async function measureSize(run: Run, workspace: Workspace, bytes: number) {
  const count = Math.ceil((totalBytes * run.scale) / bytes);
  const call = messagesOfCall(bytes);
  const enqueued = await measure(run.server, workspace, (client) =>
    enqueueLarge(client, count, call),
  );
  const drained = await drainByConsumers(run, workspace, { consumers: 1, count });
  return { enqueued, drained };
}

/** The messages of a call, again and again: a megabyte, so that no system has to take more at once than it is made for. */
async function enqueueLarge(
  client: Client,
  count: number,
  call: readonly Payload[],
): Promise<number> {
  for (let from = 0; from < count; from += call.length)
    await client.enqueue(call.slice(0, count - from));
  return count;
}

/** Made before anything is measured: what a producer does before it enqueues is nobody's cost. */
const messagesOfCall = (bytes: number): Payload[] =>
  Array.from({ length: Math.floor(1_000_000 / bytes) }, (_, n) => largePayload(n, bytes));

interface Measured {
  readonly messagesPerSecond: number;
  readonly databaseMsPerThousand: number;
}

const perMegabyte = (measured: Measured, bytes: number): Record<string, number> => ({
  ...measured,
  megabytesPerSecond: (measured.messagesPerSecond * bytes) / 1_000_000,
  // Milliseconds for 1,000 messages, which are as many megabytes as a message has kilobytes.
  databaseMsPerMegabyte: measured.databaseMsPerThousand / (bytes / 1000),
});
