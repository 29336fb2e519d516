// A queue with slow handlers and a backlog, and helpers that are started for it as Lambda would.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { numbered } from '#test/support/numbered.ts';
import { type OpenQueues, openQueues } from './open-queues.ts';

/** With the pace below this is much more than two seconds of handlers. */
export const backlog = 400;
export const handlerMs = 20;
const policy = { concurrency: 2 };

export async function openBacklog({
  count = backlog,
  changes = {},
}: {
  count?: number;
  changes?: Partial<QueuePolicy>;
} = {}) {
  const handled: string[] = [];
  const queue = defineQueue({
    name: 'slow',
    policy: { ...policy, ...changes },
    subscriptions: [
      on(numbered, async ({ id }) => {
        await wait(handlerMs);
        handled.push(id);
      }),
    ],
  });
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(count);
  return { queues, handled };
}

/** As drains of before have measured it. */
export const knowPace = ({ query }: OpenQueues) =>
  query('select millrace.record_drain($1)', [
    JSON.stringify([
      {
        queue: 'slow',
        claimed: 100,
        done: 100,
        retried: 0,
        snoozed: 0,
        dead: 0,
        released: 0,
        stale: 0,
        runMs: 100 * handlerMs,
      },
    ]),
  ]);

/** What is left of an invocation of so many milliseconds. */
export function invocation(ms: number): () => number {
  const end = performance.now() + ms;
  return () => end - performance.now();
}

/** Starts the helpers as Lambda would: each with an invocation of its own, of which nobody waits for the end. */
export function startingHelpers(
  queues: OpenQueues,
  most: number,
  changes: Partial<InvocationOptions> = {},
) {
  const helpers: Promise<DrainSummary>[] = [];
  const { database, registry, log } = queues;
  let alive = 0;
  let mostAlive = 0;
  const start = (token: string) => {
    const options = { database, registry, log, remainingMs: invocation(20_000), ...changes };
    alive += 1;
    mostAlive = Math.max(mostAlive, alive);
    const helper = drainAsHelper(token, options).finally(() => {
      alive -= 1;
    });
    helpers.push(helper);
  };
  return {
    helpers,
    start,
    mostAtOnce: () => mostAlive,
    handOver: { most, invoke: async (token: string) => start(token) },
  };
}

export const places = ({ query }: OpenQueues) => query('select from millrace.helper');

export function expectAllOnce(handled: string[], count = backlog) {
  expect(handled).toHaveLength(count);
  expect(new Set(handled).size).toBe(count);
}
