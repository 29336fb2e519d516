// Queues that SQS carries, one of each kind. Their handlers do what their messages say, and leave a trace of when they began and ended.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue, type QueuePolicy } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { reject } from '#queue/declare/ways-out.ts';

export interface CarriedFate {
  readonly end: 'done' | 'fails twice' | 'rejected' | 'poison';
  readonly workMs: number;
}

// Written by hand: a library would take half of the time that these consumers live.
const anything = <Value>(): StandardSchemaV1<Value> => ({
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Value }) },
});

export const carried = defineMessageType({
  name: 'chaos.carried',
  payload: anything<CarriedFate>(),
});
const followUp = defineMessageType({
  name: 'chaos.follow_up',
  payload: anything<{ readonly of: string; readonly queue: string }>(),
});

let handlersLeft = Number.POSITIVE_INFINITY;
let sayStuck = () => {};

/** In this process every handler after so many never ends; `say` is called at the first of them. */
export function stickCarriedAfter(count: number, say: () => void): void {
  handlersLeft = count;
  sayStuck = say;
}

async function meetFate({ end, workMs }: CarriedFate, attempt: number): Promise<void> {
  if (end === 'poison') process.kill(process.pid, 'SIGKILL');
  handlersLeft -= 1;
  if (handlersLeft === -1) sayStuck();
  if (handlersLeft < 0) await new Promise(() => {});
  await new Promise((resolve) => setTimeout(resolve, workMs));
  if (end === 'rejected') reject('its fate');
  if (end === 'fails twice' && attempt <= 2) throw new Error('its fate');
}

const carriedQueue = (name: string, policy: Partial<QueuePolicy>) =>
  defineQueue({
    name,
    policy: { engine: 'sqs', maxAttempts: 1000, retryBaseSeconds: 0, ...policy },
    subscriptions: [
      on(carried, async ({ id, payload }, { database, queue, attempt, enqueue }) => {
        const run = [id, queue, attempt, process.pid];
        const [row] = await database.query<{ run: number }>(
          'insert into trace (message_id, queue, attempt, pid) values ($1, $2, $3, $4) returning run',
          run,
        );
        if (policy.history !== 'failures') enqueue(followUp, { of: id, queue });
        try {
          await meetFate(payload, attempt);
        } finally {
          await database.query('update trace set ended_at = clock_timestamp() where run = $1', [
            row?.run,
          ]);
        }
      }),
    ],
  });

export const carriedQueues = [
  carriedQueue('plain', {}),
  carriedQueue('once', { once: true }),
  carriedQueue('in-order', { engine: 'sqs-fifo' }),
  carriedQueue('quiet', { history: 'failures' }),
];

/** For messages that end the process of whoever handles them. */
export const poisonedQueue = carriedQueue('poisoned', { maxAttempts: 3 });

/** With a queue for the follow-ups, which nobody drains. */
export const carriedRegistry = defineRegistry({
  queues: [
    ...carriedQueues,
    poisonedQueue,
    defineQueue({ name: 'follow-ups', subscriptions: [on(followUp, () => {})] }),
  ],
});

export const makeRunTables = `
  create table trace (
    run serial primary key,
    message_id uuid not null,
    queue text not null,
    attempt integer not null,
    pid integer not null,
    begun_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
  );
  create table killed (pid integer primary key, at timestamptz not null default clock_timestamp());
  create table sent (message_id uuid primary key, queue text not null, group_key text, position serial)`;
