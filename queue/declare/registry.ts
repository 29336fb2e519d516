// Everything that an application declares: its message types, queues and schedules, checked against each other.
import type { AnyMessageType } from './message-type.ts';
import type { Queue } from './queue.ts';
import { requireRetention } from './retention.ts';
import type { Schedule } from './schedule.ts';

export interface Registry {
  readonly messageTypes: ReadonlyMap<string, AnyMessageType>;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** How long messages and their history are kept at least, in whole days, 1 to 3650; types may say otherwise. */
  readonly retentionDays: number;
}

/**
 * Collects the types that queues subscribe to and schedules enqueue, and any others. Throws a TypeError on a name
 * used twice, and on a retention out of range.
 */
export function defineRegistry(app: {
  messageTypes?: readonly AnyMessageType[];
  queues: readonly Queue[];
  schedules?: readonly Schedule[];
  retentionDays?: number;
}): Registry {
  const messageTypes = new Map<string, AnyMessageType>();
  const queues = new Map<string, Queue>();
  for (const type of app.messageTypes ?? []) addType(messageTypes, type);
  for (const queue of app.queues) {
    if (queues.has(queue.name)) throw new TypeError(`Two queues are named "${queue.name}"`);
    queues.set(queue.name, queue);
    const subscribed = new Set<string>();
    for (const { type } of queue.subscriptions) {
      if (subscribed.has(type.name))
        throw new TypeError(`Queue "${queue.name}" has two handlers for "${type.name}"`);
      subscribed.add(type.name);
      addType(messageTypes, type);
    }
  }
  const schedules = new Map<string, Schedule>();
  for (const schedule of app.schedules ?? []) {
    if (schedules.has(schedule.name))
      throw new TypeError(`Two schedules are named "${schedule.name}"`);
    schedules.set(schedule.name, schedule);
    addType(messageTypes, schedule.type);
  }
  const retentionDays = requireRetention(app.retentionDays ?? 30);
  return { messageTypes, queues, schedules, retentionDays };
}

function addType(messageTypes: Map<string, AnyMessageType>, type: AnyMessageType): void {
  const known = messageTypes.get(type.name);
  if (known && known !== type) throw new TypeError(`Two message types are named "${type.name}"`);
  messageTypes.set(type.name, type);
}
