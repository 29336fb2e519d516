// What Postgres has of a month's messages, by what carries them.
import type { Load } from './load.ts';

export interface InPostgres {
  /** Share of the messages that is enqueued in Postgres. The rest goes from HTTP straight to SQS. */
  readonly enqueued: number;
  /** Share of the messages that is stored there, sooner or later. */
  readonly stored: number;
  /** Of each message: how many deliveries it carries to their end, how many it relays, and of how many it records what became of them on SQS. */
  readonly carried: number;
  readonly relayed: number;
  readonly recorded: number;
}

/** Calls of each delivery that has steps: one reads what is recorded, and each step is recorded by one. */
export const stepCalls = ({ steps }: Load): number => (steps > 0 ? steps + 1 : 0);

export function inPostgres({ engine, history, httpShare, queues }: Load): InPostgres {
  if (engine === 'postgres')
    return { enqueued: 1, stored: 1, carried: queues, relayed: 0, recorded: 0 };
  const enqueued = 1 - httpShare;
  const share = history === 'all' ? 1 : 0;
  return {
    enqueued,
    stored: Math.max(enqueued, share),
    carried: 0,
    relayed: queues * enqueued,
    recorded: queues * share,
  };
}

/** What drains find: as many as are enqueued in Postgres. */
export const drained = (load: Load): Load => ({
  ...load,
  messages: load.messages * inPostgres(load).enqueued,
});
