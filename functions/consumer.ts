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
import { type OpenDatabase, type OpenSession, openDatabase, openSession } from '#queue/database.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import { boundLog } from '#queue/log.ts';

/** Drains once. The event says at most why the consumer was invoked; what is due the database says. */
export type ConsumerHandler = (event: unknown, context: Context) => Promise<DrainSummary>;

/**
 * The handler of the Lambda function that a schedule invokes. To be called once, when the function is loaded: it reads its
 * configuration from the environment, and throws a TypeError on variables that are missing or make no sense, and for a registry
 * with a queue on SQS: that needs createRelayingConsumerHandler.
 *
 * @example
 * ```ts
 * import { createConsumerHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createConsumerHandler(registry);
 * ```
 */
export function createConsumerHandler(registry: Registry): ConsumerHandler {
  return consumerHandler(registry, openDatabase, openSession);
}

/** The same by any driver, and with openRelay for a registry with queues on SQS. */
export function consumerHandler(
  registry: Registry,
  openDatabase: OpenDatabase,
  openSession: OpenSession,
  openRelay?: OpenRelay,
): ConsumerHandler {
  if (!openRelay) requireNoneOnSqs(registry);
  const figures = openFigures('consumer', process.env);
  const log = countedLog(functionLog('consumer'), figures);
  const database = countedDatabase(
    queueDatabase(readDatabaseUrl(process.env), openDatabase),
    figures,
  );
  const queues = [...registry.queues.keys()];
  const askQueues =
    figures && wantsQueues(process.env)
      ? queueFigures({ figures, database, queues, log })
      : undefined;
  const logMisconfiguration = misconfigurationLog(log);
  const wakeUps = readWakeUpSettings(process.env);
  const handOver = readHandOver(process.env);

  const optionsOf = (event: unknown, context: Context): InvocationOptions => {
    const bound = boundLog(log, { requestId: context.awsRequestId });
    return {
      database,
      registry,
      log: bound,
      eager: wakeUps?.isEager ? { isWoken: isForEnqueue(event) } : undefined,
      arm: wakeUps && armForSelf(wakeUps, context.invokedFunctionArn, bound),
      handOver: handOver?.(context.invokedFunctionArn),
      remainingMs: () => context.getRemainingTimeInMillis(),
      // Closed before the invocation ends: a frozen sandbox loses its sockets.
      openSession: () => database.connected(openSession),
      ...(figures && { onFigures: (drained) => figures.drained(drained) }),
      ...(openRelay && { openRelay }),
    };
  };
  return writingFigures(figures, async (event: unknown, context: Context) => {
    const options = optionsOf(event, context);
    const token = handedOverToken(event);
    try {
      if (token !== undefined) return await drainAsHelper(token, options);
      const summary = await drainInvocation(options);
      await askQueues?.(context.getRemainingTimeInMillis());
      return summary;
    } catch (error) {
      logMisconfiguration(error);
      throw error;
    }
  });
}

/** By it the queue's handlers would run here, in this process, and nobody would notice. */
function requireNoneOnSqs({ queues }: Registry): void {
  for (const queue of queues.values())
    if (isOnSqs(queue))
      throw new TypeError(
        `Queue "${queue.name}" is on SQS: its consumer is made by createRelayingConsumerHandler`,
      );
}
