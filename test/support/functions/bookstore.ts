// A small application behind the HTTP API: orders that are paid, or not, as a test wishes.
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { reject } from '#queue/declare/ways-out.ts';
import { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { createDatabase, type TestDatabase } from '#test/support/database.ts';
import { type Answer, bearer, openApi, putApiKey, secret, type TestApi } from './api.ts';
import type { Call } from './gateway-event.ts';

export interface Bookstore extends TestDatabase {
  readonly api: TestApi;
  readonly registry: Registry;
  /** With every scope; the method is POST when there is a body, unless it is given. */
  call(path: string, call?: Omit<Call, 'path'>): Promise<Answer>;
  /** Answers the messages' ids. */
  placeOrders(count: number, options?: object): Promise<string[]>;
  /** While true, payments are declined: their deliveries go dead at once. */
  isDeclining: boolean;
  drain(): Promise<DrainSummary>;
  /** Orders that were paid, as often as they were. */
  readonly paid: string[];
  audit(): Promise<{ actor: string; action: string; target: object; affected: number }[]>;
}

const orderPlaced = defineMessageType({
  name: 'order.placed',
  public: true,
  payload: z.object({ orderId: z.string() }),
});
const orderEaten = defineMessageType({ name: 'order.eaten', payload: z.unknown() });
const orderMoved = defineMessageType({
  name: 'order.moved',
  public: true,
  version: 2,
  upcasters: { 1: (older) => ({ place: older }) },
  payload: z.object({ place: z.string() }),
});

export async function openBookstore(): Promise<Bookstore> {
  const stored = await createDatabase();
  const paid: string[] = [];
  const payments = defineQueue({
    name: 'payments',
    subscriptions: [
      on(orderPlaced, ({ payload }) => {
        if (store.isDeclining) reject(`the card of ${payload.orderId} was declined`);
        paid.push(payload.orderId);
      }),
    ],
  });
  const narrow = defineQueue({
    name: 'narrow',
    policy: { maxDepth: 2 },
    subscriptions: [on(orderEaten, () => {})],
  });
  const registry = defineRegistry({ queues: [payments, narrow], messageTypes: [orderMoved] });
  const { database, query } = stored;
  await syncRegistry(database, registry);
  await putApiKey(stored, 'shop', secret, ['enqueue:*', 'read', 'operate']);
  const api = openApi({ database, registry });
  const call: Bookstore['call'] = (path, { headers, ...more } = {}) =>
    api.call({ path, headers: { ...bearer(), ...headers }, ...more });
  const store: Bookstore = {
    ...stored,
    api,
    registry,
    call,
    paid,
    isDeclining: false,
    async placeOrders(count, options = {}) {
      const messages = Array.from({ length: count }, (_, index) => ({
        type: 'order.placed',
        payload: { orderId: `A-${index}` },
        ...options,
      }));
      const { body } = await call('/v1/messages/batch', { body: { messages } });
      return body.messages.map(({ id }: { id: string }) => id);
    },
    drain: () => {
      const nowhere = { debug() {}, info() {}, warn() {}, error() {} };
      return drain({ database, registry, log: nowhere, remainingMs: () => 60_000 });
    },
    audit: () => query('select actor, action, target, affected from millrace.audit order by id'),
  };
  return store;
}
