// Queues whose handlers do what the message says, and tell somebody each time that they start.
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry, type Registry } from '#queue/declare/registry.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { reject, snooze } from '#queue/declare/ways-out.ts';

const plan = z.object({
  /** So often the handler fails, and the delivery is retried. */
  fails: z.int().default(0),
  /** The first run waits again for so many seconds. */
  snoozes: z.int().default(0),
  /** The first run ends in a dead letter. */
  dies: z.boolean().default(false),
  /** Its success enqueues another message with so many seconds of delay. */
  followedAfter: z.int().optional(),
});
export type Plan = z.input<typeof plan>;

export const planned = defineMessageType({ name: 'test.planned', payload: plan });
/** Of a schedule's, which says itself when it is due. */
const recurring = defineMessageType({ name: 'test.recurring', payload: z.object({}) });

export interface Start {
  readonly queue: string;
  readonly id: string;
  /** Of a schedule's message, in milliseconds. */
  readonly dueAt: number | undefined;
}

/** started: called when a handler starts, before it does anything. */
export function plannedQueues(started: (start: Start) => Promise<void>): Registry {
  const runs = new Map<string, number>();
  const handlers = (queue: string) => [
    on(planned, async ({ id, payload }, { enqueue }) => {
      const run = (runs.get(`${queue} ${id}`) ?? 0) + 1;
      runs.set(`${queue} ${id}`, run);
      await started({ queue, id, dueAt: undefined });
      if (run <= payload.fails) throw new Error('as planned');
      if (run === 1 && payload.snoozes > 0) snooze(payload.snoozes);
      if (run === 1 && payload.dies) reject('as planned');
      if (payload.followedAfter !== undefined)
        enqueue(planned, {}, { delaySeconds: payload.followedAfter });
    }),
  ];
  const policy = { retryBaseSeconds: 40, maxAttempts: 10 };
  return defineRegistry({
    queues: [
      defineQueue({ name: 'plain', policy, subscriptions: handlers('plain') }),
      defineQueue({ name: 'second', policy, subscriptions: handlers('second') }),
      defineQueue({
        name: 'recurring',
        subscriptions: [
          on(recurring, ({ id, headers }) =>
            started({ queue: 'recurring', id, dueAt: Date.parse(String(headers['due-at'])) }),
          ),
        ],
      }),
    ],
    schedules: [
      defineSchedule({
        name: 'nightly',
        type: recurring,
        payload: {},
        cron: '30 3 * * *',
        timeZone: 'Europe/Berlin',
        catchUp: { all: 10 },
      }),
      defineSchedule({
        name: 'thrice',
        type: recurring,
        payload: {},
        cron: '7 6,12,18 * * *',
        catchUp: { all: 10 },
      }),
    ],
  });
}
