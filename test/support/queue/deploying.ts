// Code that is older than what the database has been told of: the window of a deployment, and a rollback.
import * as z from 'zod';
import { type Handler, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { Subscription } from '#queue/declare/subscription.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { type OpenQueues, openQueues } from './open-queues.ts';

export const placed = defineMessageType({ name: 'order.placed', payload: z.object({}) });
export const shippedOf = (version: number) =>
  defineMessageType({
    name: 'order.shipped',
    payload: z.object({}),
    version,
    upcasters: Object.fromEntries(
      Array.from({ length: version - 1 }, (_, n) => [n + 1, (older: unknown) => older]),
    ),
  });
export const shipped = shippedOf(1);
export const ignore: Handler<object> = () => {};
export const known = on(placed, ignore);

interface Deployment {
  readonly older: readonly Subscription[];
  readonly newer: readonly Subscription[];
  readonly policy?: Partial<QueuePolicy>;
}

/** The older code drains, and the database has what the newer code declares. */
export async function deploying({ older, newer, policy = {} }: Deployment) {
  const mail = (subscriptions: readonly Subscription[]) =>
    defineQueue({ name: 'mail', policy: { maxAttempts: 5, ...policy }, subscriptions });
  const queues = await openQueues(mail(older));
  const registry = defineRegistry({ queues: [mail(newer)], messageTypes: [placed] });
  await syncRegistry(queues.database, registry);
  return { queues, newer: registry };
}

export const attemptsOf = async (queues: OpenQueues, id: string) =>
  (await queues.status(id)).deliveries[0]?.attempts ?? [];

/** Time passes for deliveries that wait, and for the log of their attempts. */
export async function pass(queues: OpenQueues, seconds: number): Promise<void> {
  for (const [table, column] of [
    ['delivery', 'available_at'],
    ['attempt', 'finished_at'],
    ['done_attempts', 'finished_at'],
  ])
    await queues.query(
      `update millrace.${table} set ${column} = ${column} - make_interval(secs => $1) where ${column} < 'infinity'`,
      [seconds],
    );
}

/** In seconds, how long the delivery is to wait from its last attempt on, and how long it had waited by then. */
export async function waitOf({ query }: OpenQueues): Promise<{ wait: number; waited: number }> {
  const [row] = await query<{ wait: number; waited: number }>(
    `select extract(epoch from d.available_at - max(a.finished_at))::float8 as wait,
       extract(epoch from max(a.finished_at) - min(a.finished_at))::float8 as waited
     from millrace.delivery d
     join millrace.attempt_log a on a.message_id = d.message_id
     group by d.available_at`,
  );
  if (!row) throw new Error('nothing waits');
  return row;
}
