// Messages of 10, 100 and 256 KB: whether the cost of a message grows with its bytes, and with nothing else.
import { drainAll } from '../handling.ts';
import { measure, type Sample } from '../measure.ts';
import { largePayload } from '../message.ts';
import type { Client } from '../system.ts';
import { fewRounds, interleave, inWorkspace, recorder, type Workload } from '../workload.ts';

/** The last is as large as Millrace takes, less what Postgres adds: it writes a space after each colon and comma. */
const sizes = [10_000, 100_000, 262_000];
const totalBytes = 50_000_000;

export const largePayloads: Workload = {
  name: 'large-payloads',
  run: (run) =>
    interleave(run.systems, fewRounds(run), async (system, round) => {
      for (const bytes of sizes)
        await inWorkspace(run, system, async (workspace) => {
          const count = Math.ceil((totalBytes * run.scale) / bytes);
          const enqueued = await measure(run.server, workspace, (client) =>
            enqueueLarge(client, count, bytes),
          );
          const drained = await measure(run.server, workspace, (client) => drainAll(client, count));
          const record = recorder(run, system, round);
          const variant = `${Math.floor(bytes / 1000)} KB`;
          record('enqueue large payloads', perMegabyte(enqueued, bytes), variant);
          record('drain large payloads', perMegabyte(drained, bytes), variant);
        });
    }),
};

/** A megabyte a call, so that no system has to take more at once than it is made for. */
async function enqueueLarge(client: Client, count: number, bytes: number): Promise<number> {
  const atOnce = Math.floor(1_000_000 / bytes);
  for (let from = 0; from < count; from += atOnce) {
    const length = Math.min(atOnce, count - from);
    await client.enqueue(Array.from({ length }, (_, n) => largePayload(from + n, bytes)));
  }
  return count;
}

function perMegabyte(sample: Sample, bytes: number): Record<string, number> {
  return {
    ...sample,
    megabytesPerSecond: (sample.messagesPerSecond * bytes) / 1_000_000,
    // Milliseconds for 1,000 messages, which are as many megabytes as a message has kilobytes.
    databaseMsPerMegabyte: sample.databaseMsPerThousand / (bytes / 1000),
  };
}
