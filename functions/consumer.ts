// The Lambda function that each tick invokes: it drains the queues until they are empty or its time is nearly over.
import type { Context } from 'aws-lambda';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, wantsQueues, writingFigures } from '#functions/figures/open-figures.ts';
import { queueFigures } from '#functions/figures/queue-figures.ts';
import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { misconfigurationLog } from '#functions/runtime/log-misconfiguration.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { armForSelf } from '#functions/wake/arm-for-self.ts';
import { handedOverToken, readHandOver } from '#functions/wake/hand-over.ts';
import { isForEnqueue } from '#functions/wake/wake-up-event.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import { registry } from '#handlers/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import type { DrainOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { boundLog } from '#queue/log.ts';

const figures = openFigures('consumer', process.env);
const log = countedLog(functionLog('consumer'), figures);
const database = countedDatabase(queueDatabase(readDatabaseUrl(process.env)), figures);

const askQueues =
  figures && wantsQueues(process.env)
    ? queueFigures({ figures, database, queues: [...registry.queues.keys()], log })
    : undefined;
const logMisconfiguration = misconfigurationLog(log);
const wakeUps = readWakeUpSettings(process.env);
const handOver = readHandOver(process.env);

/** The event says at most why the consumer was invoked; what is due the database says. */
export const handler = writingFigures(
  figures,
  async (event: unknown, context: Context): Promise<DrainSummary> => {
    const bound = boundLog(log, { requestId: context.awsRequestId });
    const options: DrainOptions = {
      database,
      registry,
      log: bound,
      eager: wakeUps?.isEager ? { isWoken: isForEnqueue(event) } : undefined,
      arm: wakeUps && armForSelf(wakeUps, context.invokedFunctionArn, bound),
      handOver: handOver?.(context.invokedFunctionArn),
      remainingMs: () => context.getRemainingTimeInMillis(),
      openSession: database.openSession,
      ...(figures && { onFigures: (drained) => figures.drained(drained) }),
    };
    const token = handedOverToken(event);
    try {
      if (token !== undefined) return await drainAsHelper(token, options);
      const summary = await drain(options);
      await askQueues?.(context.getRemainingTimeInMillis());
      return summary;
    } catch (error) {
      logMisconfiguration(error);
      throw error;
    }
  },
);
