// What Postgres has of a month's messages, by what carries them.
import type { Load } from './load.ts';

export interface InPostgres {
  /** Share of the messages that is enqueued in Postgres. The rest goes from HTTP straight to SQS. */
  readonly enqueued: number;
  /** Share of the messages that is stored there, sooner or later. */
  readonly stored: number;
  /** Of each message: how many deliveries it carries, relays or records. */
  readonly deliveries: number;
}

export function inPostgres({ engine, history, httpShare, queues }: Load): InPostgres {
  if (engine === 'postgres') return { enqueued: 1, stored: 1, deliveries: queues };
  const relayed = 1 - httpShare;
  const recorded = history === 'all' ? 1 : 0;
  return {
    enqueued: relayed,
    stored: Math.max(relayed, recorded),
    deliveries: queues * (relayed + recorded),
  };
}

/** What drains find: as many as are enqueued in Postgres. */
export const drained = (load: Load): Load => ({
  ...load,
  messages: load.messages * inPostgres(load).enqueued,
});
