// The enqueue of a deployment in which something else than a tick each minute wakes the consumer. Messages are committed
// before anybody is woken for them: a consumer that came earlier would find nothing. What goes wrong after the commit costs
// a message its early handling, never its answer.

import { invokeFunction } from '#functions/aws/invoke-function.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { misuse } from '#queue/misuse.ts';
import { type Enqueued, enqueueToWake, type NewMessage } from '#queue/routines/enqueue.ts';
import type { ArmWakeUp, NextDue } from '#queue/routines/next-due.ts';
import { armWakeUps } from './arm-wake-up.ts';
import { enqueuedWakeUp, forDatabase } from './wake-up-event.ts';
import type { WakeUpSettings } from './wake-up-settings.ts';

/** Each may be for another database than the first, by its number. */
export interface WakeUps {
  /** Whether no query is to reach the database while nothing is due. */
  readonly sleeps: boolean;
  /** As enqueueMessages, and wakes a consumer for them. */
  enqueue(
    database: Database,
    messages: readonly NewMessage[],
    caller: string,
    number?: number,
  ): Promise<WokenEnqueue>;
  /** Whether a consumer is invoked for what is enqueued to be handled at once. */
  readonly isEager: boolean;
  /** Invokes a consumer at once. Does not reject, and takes less than a second. */
  readonly invoke: (number?: number) => Promise<void>;
  /** Arms a wake-up for what an operator has changed; does nothing in a deployment that does not sleep. */
  readonly arm: (due: NextDue, number?: number) => Promise<void>;
}

export interface WokenEnqueue {
  readonly enqueued: readonly Enqueued[];
  /** Wakes the consumer, now that the messages are committed. Does not reject, and takes a second at most. */
  wake(): Promise<void>;
}

/** The answer to a producer waits for this at most, in milliseconds. */
const invokeMs = 300;
const armMs = 1_000;

export function createWakeUps(settings: WakeUpSettings, log: Log): WakeUps {
  const { access, consumerArn, schedules, isEager } = settings;
  if (!consumerArn) misuse('Missing environment variable: MILLRACE_CONSUMER_ARN');
  const armed: ArmWakeUp[] = [];
  const arm = async (due: NextDue, database = 0) => {
    if (!schedules) return;
    armed[database] ??= armWakeUps({ access, consumerArn, database, ...schedules }, log);
    await armed[database](due, armMs);
  };
  const invoke = async (database = 0) => {
    const event = forDatabase(database, enqueuedWakeUp);
    const call = { functionArn: consumerArn, event, timeoutMs: invokeMs };
    try {
      await invokeFunction(access, call);
    } catch (error) {
      log.warn('wake-up lost', { error: errorAttributes(error) });
    }
  };
  return {
    sleeps: schedules !== undefined,
    isEager,
    invoke,
    async enqueue(database, messages, caller, number) {
      const { enqueued, wake, ...due } = await enqueueToWake(database, messages, {
        caller,
        isEager,
      });
      // Without ticks there is nothing to find what a lost invocation has left, so a wake-up is armed in any case.
      const woken = async () =>
        void (await Promise.all([wake && invoke(number), arm(due, number)]));
      return { enqueued, wake: woken };
    },
    arm,
  };
}
