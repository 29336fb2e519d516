// The first file to open in declare/, the wing that handlers/ is written against: an application declares message
// types, queues with the handlers that subscribe to them, and schedules, as plain values. A registry holds all of
// them, checked against each other; deploying copies it into the database (see routines/sync.ts), and a drain finds
// its handlers in it. Nothing here talks to the database, and nothing here knows how a message is delivered.
import { misuse } from '#queue/misuse.ts';
import type { AnyMessageType } from './message-type.ts';
import type { Queue } from './queue.ts';
import { requireRetention } from './retention.ts';
import type { Schedule } from './schedule.ts';

/** What `defineRegistry` collected. */
export interface Registry {
  /** By name: those that were given, and those of queues and schedules. */
  readonly messageTypes: ReadonlyMap<string, AnyMessageType>;
  /** By name. */
  readonly queues: ReadonlyMap<string, Queue>;
  /** By name. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** How many whole days messages and their history are kept where their type does not say otherwise. */
  readonly retentionDays: number;
}

/**
 * Declares an application. Throws a TypeError on a name used twice, on two handlers of one queue for one type, and on
 * a retention out of range.
 *
 * @example
 * ```ts
 * export const registry = defineRegistry({ queues: [payments, shipping], schedules: [weeklySummary] });
 * ```
 */
export function defineRegistry(app: {
  /** Types that no queue subscribes to and no schedule enqueues; all others are found there. */
  messageTypes?: readonly AnyMessageType[];
  /** The queues, each under a name of its own. */
  queues: readonly Queue[];
  /** The schedules, each under a name of its own. Default: none. */
  schedules?: readonly Schedule[];
  /**
   * How many whole days messages and their history are kept, 1 to 3650, default 30; a type may say otherwise. What a
   * live delivery or a dead letter still needs stays for longer.
   */
  retentionDays?: number;
}): Registry {
  const messageTypes = new Map<string, AnyMessageType>();
  const queues = new Map<string, Queue>();
  for (const type of app.messageTypes ?? []) addType(messageTypes, type);
  for (const queue of app.queues) {
    if (queues.has(queue.name)) misuse(`Two queues are named "${queue.name}"`);
    queues.set(queue.name, queue);
    const subscribed = new Set<string>();
    for (const { type } of queue.subscriptions) {
      if (subscribed.has(type.name))
        misuse(`Queue "${queue.name}" has two handlers for "${type.name}"`);
      subscribed.add(type.name);
      addType(messageTypes, type);
    }
  }
  const schedules = new Map<string, Schedule>();
  for (const schedule of app.schedules ?? []) {
    if (schedules.has(schedule.name)) misuse(`Two schedules are named "${schedule.name}"`);
    schedules.set(schedule.name, schedule);
    addType(messageTypes, schedule.type);
  }
  const retentionDays = requireRetention(app.retentionDays ?? 30);
  return { messageTypes, queues, schedules, retentionDays };
}

function addType(messageTypes: Map<string, AnyMessageType>, type: AnyMessageType): void {
  const known = messageTypes.get(type.name);
  if (known && known !== type) misuse(`Two message types are named "${type.name}"`);
  messageTypes.set(type.name, type);
}
