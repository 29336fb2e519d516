// In a deployment without ticks, the consumer of one database has to wake that of another in which it has stored something.
import { functionArn } from '#functions/aws/function-arn.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { wakeForStored } from '#functions/wake/wake-for-stored.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import type { Database } from '#queue/database.ts';
import type { ConsumerHandler } from './consume.ts';

interface Others {
  readonly databases: readonly Database[];
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** The numbers of those in which something was stored; emptied when they are woken. */
  readonly stored: Set<number>;
}

/** The same consumer, which at its end wakes itself for the others. */
export function wakingOthers(
  consumer: ConsumerHandler,
  { databases, queues, stored }: Others,
): ConsumerHandler {
  const settings = readWakeUpSettings(process.env);
  const log = functionLog('consumer');
  if (!settings) return consumer;
  return async (event, context) => {
    try {
      return await consumer(event, context);
    } finally {
      const numbers = [...stored];
      stored.clear();
      const own = { ...settings, consumerArn: functionArn(context.invokedFunctionArn) };
      const woken = numbers.map((number) => {
        const database = databases[number] as Database;
        const wake = wakeForStored({ settings: own, database, number, queues, log });
        return wake(context.getRemainingTimeInMillis());
      });
      await Promise.all(woken);
    }
  };
}
