// Schedules on a database of their own, and what a test does with them.
import * as z from 'zod';
import type { ScheduleStatus } from '#client/deployment-answers.ts';
import type { Database } from '#queue/database.ts';
import { type Message, on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { defineSchedule, type Schedule } from '#queue/declare/schedule.ts';
import { listSchedules } from '#queue/operate/schedules.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { type OpenQueues, openQueues } from './open-queues.ts';

/** A message type whose payload says which due time it stands for. */
const ticked = defineMessageType({
  name: 'test.ticked',
  payload: z.object({ dueAt: z.iso.datetime() }),
});

export const tickedAt = (dueAt: Date) => ({ dueAt: dueAt.toISOString() });

// Twelve hours away from now, before and behind: no due time passes during a test, even on a machine that is paused
// for an hour in between.
const now = new Date();
const eachDay = `${now.getUTCMinutes()} ${(now.getUTCHours() + 12) % 24} * * *`;

/** Once a day, and nothing is caught up, unless told otherwise. */
export const daily = (changes: Partial<Parameters<typeof defineSchedule>[0]> = {}): Schedule =>
  defineSchedule({
    name: 'daily',
    type: ticked,
    cron: eachDay,
    catchUp: 'skip',
    payload: tickedAt,
    ...changes,
  } as Parameters<typeof defineSchedule>[0]);

export interface OpenSchedules extends OpenQueues {
  /** What the queue's handler got, in order. */
  readonly handled: readonly Message[];
  /** The due times of all messages stored, in enqueue order. */
  dueTimes(): Promise<string[]>;
  listed(): Promise<ScheduleStatus>;
  /** As a new release does: other schedules, in the database and in every drain from then on. */
  declare(...schedules: readonly Schedule[]): Promise<Registry>;
  /** Lets time pass for every schedule: what it was to do next, it was to do that much earlier. */
  pass(interval: string): Promise<void>;
}

/** Started: their first due time lies ahead. */
export async function openSchedules(...schedules: readonly Schedule[]): Promise<OpenSchedules> {
  const handled: Message[] = [];
  const queue = defineQueue({
    name: 'recorded',
    policy: { concurrency: 1 },
    subscriptions: [on(ticked, (message) => void handled.push(message))],
  });
  const queues = await openQueues(queue);
  let registry = queues.registry;
  const open: OpenSchedules = {
    ...queues,
    handled,
    drain: (changes) => queues.drain({ registry, ...changes }),
    dueTimes: () => dueTimes(queues.database),
    async listed() {
      const [schedule] = await listSchedules(queues.database);
      if (!schedule) throw new Error('no schedule is declared');
      return schedule;
    },
    async declare(...declared) {
      registry = defineRegistry({ queues: [queue], schedules: declared });
      await syncRegistry(queues.database, registry);
      return registry;
    },
    async pass(interval) {
      await queues.query('update millrace.schedule set next_due_at = next_due_at - $1::interval', [
        interval,
      ]);
    },
  };
  await open.declare(...schedules);
  await open.drain();
  return open;
}

async function dueTimes(database: Database): Promise<string[]> {
  const rows = await database.query<{ dueAt: string }>(
    `select m.payload ->> 'dueAt' as "dueAt" from millrace.message m order by m.created_at, m.id`,
  );
  return rows.map(({ dueAt }) => dueAt);
}
