// The Lambda function that each tick invokes: it drains the queues until they are empty or its time is nearly over.
import type { Context } from 'aws-lambda';
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, writingFigures } from '#functions/figures/open-figures.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { readSettings } from '#functions/runtime/settings.ts';
import { registry } from '#handlers/registry.ts';
import { drain } from '#queue/drain/drain.ts';
import type { DrainSummary } from '#queue/drain/summary.ts';
import { boundLog } from '#queue/log.ts';

const figures = openFigures('consumer', process.env);
const log = countedLog(functionLog('consumer'), figures);
const database = countedDatabase(queueDatabase(readSettings(process.env).databaseUrl), figures);

/** What the event holds does not matter, since the database says what is due. */
export const handler = writingFigures(
  figures,
  (_event: unknown, context: Context): Promise<DrainSummary> =>
    drain({
      database,
      registry,
      log: boundLog(log, { requestId: context.awsRequestId }),
      remainingMs: () => context.getRemainingTimeInMillis(),
      openSession: database.openSession,
      ...(figures && { onFigures: (drained) => figures.drained(drained) }),
    }),
);
