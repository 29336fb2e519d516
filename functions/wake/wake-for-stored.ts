// In a deployment without ticks, the consumer has to be woken for what a function has stored besides enqueues: follow-ups, and
// deliveries that are to be sent to SQS again. Whatever goes wrong with that, they are stored.
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Database } from '#queue/database.ts';
import type { Log } from '#queue/log.ts';
import { nextDue } from '#queue/routines/next-due.ts';
import type { WakeUpSettings } from './wake-up-settings.ts';
import { createWakeUps } from './wake-ups.ts';

/** The question when anything is due is waited for no longer than this, in milliseconds. */
const longestMs = 2_000;
/** Left for the call that wakes, and for the end of the invocation. */
const afterMs = 1_500;

interface StoredOptions {
  readonly settings: WakeUpSettings;
  readonly database: Database;
  /** The database's. */
  readonly number: number;
  readonly queues: readonly string[];
  readonly log: Log;
}

/** A function that wakes the consumer. It never rejects. remainingMs: what the invocation has left. */
export function wakeForStored({ settings, database, number, queues, log }: StoredOptions) {
  const wakeUps = createWakeUps(settings, log);
  const arm = async (remainingMs: number) => {
    const budgetMs = Math.min(longestMs, remainingMs - afterMs);
    try {
      await wakeUps.arm(await nextDue(database, queues, { budgetMs }), number);
    } catch (error) {
      log.warn('wake-up lost', { error: errorAttributes(error) });
    }
  };
  return async (remainingMs: number): Promise<void> => {
    await Promise.all([
      wakeUps.isEager && wakeUps.invoke(number),
      wakeUps.sleeps && arm(remainingMs),
    ]);
  };
}
