// The Lambda function behind the HTTP API; functions/http/app.ts is the API itself.
import { countedDatabase } from '#functions/figures/counted-database.ts';
import { countedLog } from '#functions/figures/counted-log.ts';
import { openFigures, writingFigures } from '#functions/figures/open-figures.ts';
import { databaseAt, type StraightWay } from '#functions/http/api.ts';
import { createApp } from '#functions/http/app.ts';
import { type GatewayHandler, gatewayHandler } from '#functions/http/gateway-adapter.ts';
import { readConsoleSettings } from '#functions/runtime/console-settings.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabases } from '#functions/runtime/queue-database.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { requiringSchema } from '#functions/runtime/requiring-schema.ts';
import { readSettings } from '#functions/runtime/settings.ts';
import { readWakeUpSettings } from '#functions/wake/wake-up-settings.ts';
import { createWakeUps } from '#functions/wake/wake-ups.ts';
import { type OpenDatabase, openDatabase } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';

// A statement that hangs is given up early enough for a second try within the eight seconds that a request has.
const statementTimeoutMs = 4_000;

/**
 * The handler of a Lambda function behind an HTTP API of API Gateway: it answers one event of payload format 2.0. To be
 * called once, when the function is loaded: it reads its configuration from the environment, and throws a TypeError that
 * names all variables that are missing or make no sense.
 *
 * @example
 * ```ts
 * import { createHttpHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createHttpHandler(registry);
 * ```
 */
export function createHttpHandler(registry: Registry): GatewayHandler {
  return httpHandler(registry, openDatabase);
}

/** The same by any driver. openStraightWay: for an application with queues on SQS. */
export function httpHandler(
  registry: Registry,
  openDatabase: OpenDatabase,
  openStraightWay?: (log: Log) => StraightWay,
): GatewayHandler {
  const { databaseUrl, allowedOrigins, callerRules } = readSettings(process.env);
  const figures = openFigures('http', process.env);
  const open = (url: string) => requiringSchema(openDatabase(url, statementTimeoutMs));
  const databases = queueDatabases(databaseUrl, open, readDatabases(process.env)).map((database) =>
    countedDatabase(database, figures),
  );
  const log = countedLog(functionLog('http'), figures);
  const wakeUpSettings = readWakeUpSettings(process.env);
  const wakeUps = wakeUpSettings && createWakeUps(wakeUpSettings, log);
  const app = createApp({
    ...{ databases, registry, log, allowedOrigins, callerRules, wakeUps },
    straight: openStraightWay?.(log),
    statusTokenKey: (number) =>
      databaseAt({ databases }, number).use((opened) => opened.statusTokenKey()),
    console: readConsoleSettings(process.env, import.meta.dirname),
  });
  return writingFigures(figures, gatewayHandler(app));
}
