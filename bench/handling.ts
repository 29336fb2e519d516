// Handlers that count what they are given: a rate of messages that were not all handled would be worth nothing.
import type { Payload } from './message.ts';
import type { Client, DrainOptions, Handler } from './system.ts';
import { batch } from './workload.ts';

const noOp: Handler = async () => {};

/** Drains and answers the count. Throws when a message was not handled, or handled twice. */
export async function drainAll(
  client: Client,
  count: number,
  options: Partial<DrainOptions> = {},
): Promise<number> {
  const { handler = noOp } = options;
  let handled = 0;
  const counting: Handler = (payload: Payload) => {
    handled += 1;
    return handler(payload);
  };
  await client.drain({ count, batch, ...options, handler: counting });
  if (handled !== count) throw new Error(`${handled} of ${count} messages were handled`);
  return count;
}
