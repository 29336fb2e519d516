// The Lambda function that a tick invokes: drains the queues until they are empty or time is short.
import type { Context } from 'aws-lambda';
import { cachedConnectionString } from '#functions/runtime/connection-string.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { readSettings } from '#functions/runtime/settings.ts';
import { registry } from '#handlers/registry.ts';
import { openSession } from '#queue/database.ts';
import { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { boundLog } from '#queue/log.ts';

const log = functionLog('consumer');
const { databaseUrl } = readSettings(process.env);
const database = queueDatabase(databaseUrl);
const connectionString = cachedConnectionString(databaseUrl);

/** What the event holds does not matter: the database says what is due. */
export async function handler(_event: unknown, context: Context): Promise<DrainSummary> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  return drain({
    database: await database(),
    registry,
    log: boundLog(log, { requestId: context.awsRequestId }),
    remainingMs,
    // Within the invocation: a frozen sandbox loses its sockets.
    openSession: async () => openSession(await connectionString.read()),
  });
}
