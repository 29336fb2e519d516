// What the consumer does of one database: a deployment may have several, and each invocation is for one of them, so that one that is
// away keeps nothing waiting but what it holds itself.
import type { Context } from 'aws-lambda';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, wantsQueues, writingFigures } from '#functions/figures/open-figures.ts';
import { queueFigures } from '#functions/figures/queue-figures.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { misconfigurationLog } from '#functions/runtime/log-misconfiguration.ts';
import type { QueueDatabase } from '#functions/runtime/queue-database.ts';
import { armForSelf } from '#functions/wake/arm-for-self.ts';
import { handedOverToken, readHandOver } from '#functions/wake/hand-over.ts';
import { isForEnqueue } from '#functions/wake/wake-up-event.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import type { OpenSession } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import { boundLog } from '#queue/log.ts';

/** Drains once. The event says at most why the consumer was invoked, and for which database; what is due that one says. */
export type ConsumerHandler = (event: unknown, context: Context) => Promise<DrainSummary>;

interface Consumed {
  readonly database: QueueDatabase;
  /** The database's. */
  readonly number: number;
  /** What is on every line of the log. */
  readonly bound?: Readonly<Record<string, unknown>>;
  readonly registry: Registry;
  readonly openSession: OpenSession;
  readonly openRelay?: OpenRelay;
}

/** Reads the rest of what it is configured with from the environment. Throws a TypeError on what makes no sense in there. */
export function consume({
  registry,
  number,
  bound = {},
  openSession,
  openRelay,
  ...consumed
}: Consumed): ConsumerHandler {
  const figures = openFigures('consumer', process.env, bound);
  const log = countedLog(boundLog(functionLog('consumer'), bound), figures);
  const database = countedDatabase(consumed.database, figures);
  const queues = [...registry.queues.keys()];
  const askQueues =
    figures && wantsQueues(process.env)
      ? queueFigures({ figures, database, queues, log })
      : undefined;
  const logMisconfiguration = misconfigurationLog(log);
  const wakeUps = readWakeUpSettings(process.env);
  const handOver = readHandOver(process.env);

  const optionsOf = (event: unknown, context: Context): InvocationOptions => {
    const { awsRequestId: requestId, invokedFunctionArn: invokedArn } = context;
    const bound = boundLog(log, { requestId });
    return {
      database,
      registry,
      log: bound,
      eager: wakeUps?.isEager ? { isWoken: isForEnqueue(event) } : undefined,
      arm: wakeUps && armForSelf(wakeUps, { invokedArn, database: number }, bound),
      handOver: handOver?.(invokedArn, number),
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
