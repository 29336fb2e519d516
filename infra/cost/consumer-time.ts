// How often the consumer is invoked in a month, by whom, and for how many seconds it runs.
import { activeSeconds, arrivals, busySeconds } from './arrivals.ts';
import {
  busyDrainSeconds,
  drainSeconds,
  engineMs,
  idleDrainSeconds,
  lingerSeconds,
  secondsOfMonth,
  stepCallMs,
  wakeUpStepSeconds,
  wakeUpsOfArrival,
} from './assumptions.ts';
import { drainsWithWork, eagerInvocations, lookSeconds } from './drains.ts';
import { drained, stepCalls } from './in-postgres.ts';
import type { Load } from './load.ts';
import type { Mode } from './mode.ts';
import { ofOneDatabase } from './one-database.ts';
import { relayingSeconds } from './sqs-time.ts';

export interface ConsumerTime {
  /** By EventBridge Scheduler: ticks or the backstop, and wake-ups. */
  readonly scheduled: number;
  /** By enqueues. */
  readonly woken: number;
  /** By whomever. */
  readonly invocations: number;
  readonly seconds: number;
}

/** Each database has its own schedule, and its own invocations. */
export function consumerTime(load: Load, mode: Mode): ConsumerTime {
  const { scheduled, woken, invocations, seconds } = timeForOne(ofOneDatabase(load), mode);
  const { databases } = load;
  return {
    scheduled: scheduled * databases,
    woken: woken * databases,
    invocations: invocations * databases,
    seconds: seconds * databases,
  };
}

function timeForOne(month: Load, mode: Mode): ConsumerTime {
  const load = drained(month);
  const looks = secondsOfMonth / lookSeconds(load, mode);
  const scheduled = looks + (mode.sleep ? wakeUps(load) : 0);
  const work = load.engine === 'postgres' ? workSeconds(load) : relayingSeconds(month, mode);
  const drains = drainsWithWork(load, mode);
  const woken = mode.eager ? eagerInvocations(load) : 0;
  const helpers = mode.handOver && work > drains * drainSeconds ? drains * load.helpers : 0;
  return {
    scheduled,
    woken,
    invocations: scheduled + woken + helpers,
    seconds:
      (scheduled + helpers) * idleDrainSeconds +
      drains * busyDrainSeconds +
      (mode.eager ? busySeconds(load, idleDrainSeconds + lingerSeconds) : 0) +
      work,
  };
}

/** What the handlers of all messages take, and the engine around them. */
function workSeconds(load: Load): number {
  const { messages, queues, handlerMs, concurrency } = load;
  const handledMs = handlerMs + stepCalls(load) * stepCallMs;
  return (messages * queues * (handledMs / concurrency + engineMs)) / 1000;
}

function wakeUps(load: Load): number {
  return Math.min(arrivals(load) * wakeUpsOfArrival, halfMinutes(load));
}

/** How often an enqueue arms: each half-minute is armed once for each database. */
export function armings(load: Load): number {
  return load.databases * Math.min(arrivals(ofOneDatabase(load)), halfMinutes(load));
}

const halfMinutes = (load: Load) => activeSeconds(load) / wakeUpStepSeconds;
