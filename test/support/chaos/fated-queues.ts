// Queues whose handlers do what their messages say, and leave a trace in the database each time.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Database } from '#queue/database.ts';
import { type HandlerContext, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { onInTransaction } from '#queue/declare/transactional-handler.ts';
import { reject } from '#queue/declare/ways-out.ts';

interface Fate {
  readonly end: 'done' | 'fails twice' | 'rejected' | 'poison';
  readonly workMs: number;
}

// Written by hand: a library would take half of the time that these consumers live.
const fate: StandardSchemaV1<Fate> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Fate }) },
};

export const fated = defineMessageType({ name: 'chaos.fated', payload: fate });

const policy = {
  batchSize: 20,
  concurrency: 5,
  maxAttempts: 1000,
  retryBaseSeconds: 0,
  retryMaximumSeconds: 0,
};

let handlersLeft = Number.POSITIVE_INFINITY;
let sayStuck = () => {};

/** In this process every handler after so many never ends; `say` is called at the first of them. */
export function stickAfter(count: number | undefined, say: () => void): void {
  handlersLeft = count ?? handlersLeft;
  sayStuck = say;
}

async function meetFate({ end, workMs }: Fate, attempt: number): Promise<void> {
  if (end === 'poison') process.kill(process.pid, 'SIGKILL');
  handlersLeft -= 1;
  if (handlersLeft === -1) sayStuck();
  if (handlersLeft < 0) await new Promise(() => {});
  // The work itself: consumers are to be killed in the middle of it.
  await new Promise((resolve) => setTimeout(resolve, workMs));
  if (end === 'rejected') reject('its fate');
  if (end === 'fails twice' && attempt <= 2) throw new Error('its fate');
}

const leaveTrace = (database: Database, id: string, queue: string, attempt: number) =>
  database.query('insert into trace (message_id, queue, attempt) values ($1, $2, $3)', [
    id,
    queue,
    attempt,
  ]);

/** Only a first attempt tells: whatever progress a later one shows is that of one that is dead. */
function tellFirst({ attempt, progress }: Pick<HandlerContext, 'attempt' | 'progress'>): void {
  if (attempt === 1) progress(0.9, 'nearly done');
}

const atLeastOnce = (name: string, changes: Partial<QueuePolicy> = {}) =>
  defineQueue({
    name,
    policy: { ...policy, ...changes },
    subscriptions: [
      on(fated, async ({ id, payload }, context) => {
        const { database, queue, attempt } = context;
        await leaveTrace(database, id, queue, attempt);
        tellFirst(context);
        await meetFate(payload, attempt);
      }),
    ],
  });

const exactlyOnce = (changes: Partial<QueuePolicy> = {}) =>
  defineQueue({
    name: 'exactly-once',
    policy: { ...policy, ...changes },
    subscriptions: [
      onInTransaction(fated, async ({ id, payload }, context) => {
        const { transaction, queue, attempt } = context;
        await leaveTrace(transaction, id, queue, attempt);
        tellFirst(context);
        await meetFate(payload, attempt);
      }),
    ],
  });

/** For consumers that are killed: one queue of each kind. */
export const killedRegistry = defineRegistry({
  queues: [atLeastOnce('at-least-once'), exactlyOnce()],
});

/** The same queues, shared among the fairness keys of what waits in them, of which each has so many at once, or so many starts. */
const fairRegistry = defineRegistry({
  queues: [
    atLeastOnce('at-least-once', { fair: true, maxInFlightPerKey: 3 }),
    exactlyOnce({ fair: true, ratePerKey: { starts: 100, perSeconds: 1, burst: 5 } }),
  ],
});

/** For poisonous messages: one queue with one attempt, one with two, and so on, and large batches. */
export const poisonedQueues = [1, 2, 3, 4, 5].map((maxAttempts) => ({
  name: `attempts-${maxAttempts}`,
  maxAttempts,
}));
export const poisonedRegistry = defineRegistry({
  queues: poisonedQueues.map(({ name, maxAttempts }) =>
    atLeastOnce(name, { maxAttempts, batchSize: 200 }),
  ),
});

export const registries = {
  killed: killedRegistry,
  fair: fairRegistry,
  poisoned: poisonedRegistry,
};

export const makeTraceTable = `
  create table trace (
    message_id uuid not null,
    queue text not null,
    attempt integer not null,
    at timestamptz not null default clock_timestamp()
  )`;
