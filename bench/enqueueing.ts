import { payloads } from './message.ts';
import type { Client, EnqueueOptions } from './system.ts';
import { batch } from './workload.ts';

/** Enqueues in batches, one after another, and answers the count. */
export async function enqueueAll(
  client: Client,
  count: number,
  optionsOf: (from: number) => EnqueueOptions = () => ({}),
): Promise<number> {
  for (let from = 0; from < count; from += batch)
    await client.enqueue(payloads(from, Math.min(batch, count - from)), optionsOf(from));
  return count;
}
