// The cloud on this machine, and the file to read first in local/: it starts a database that speaks Neon's protocol
// (database-server.ts), bundles the Lambda functions and loads them as Lambda does (local-functions.ts), and puts in front of them what
// AWS would: API Gateway (gateway/), a schedule that ticks (ticks.ts), and what the modes need of it (modes.ts). start.ts is the
// program around it.

import { join } from 'node:path';
import { type Application, findApplication } from '#bundling/application.ts';
import { startApiGateway } from '#local/gateway/api-gateway.ts';
import { openDatabase } from '#queue/database.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import { keepAuthorization, keptApiKey } from './api-key.ts';
import { browserAccess } from './browser-access.ts';
import { type ConsumerInvocations, consumerInvocations } from './consumer-invocations.ts';
import { type DatabaseServer, embeddedDatabase, givenDatabase } from './database-server.ts';
import { type ExampleMessage, exampleMessage } from './example-message.ts';
import { type FunctionOptions, loadConfiguredRegistry, loadFunctions } from './local-functions.ts';
import { startModes } from './modes.ts';
import { openQueuesOnSqs } from './queues-on-sqs.ts';
import { announceServer } from './running-server.ts';
import type { StartOptions } from './start-options.ts';
import { startTicks } from './ticks.ts';

export interface LocalServer {
  /** The HTTP API's, without a slash at its end. */
  readonly url: string;
  /** The file with the header that curl sends. */
  readonly authorizationFile: string;
  /** Undefined when the registry declares no message type. */
  readonly example: ExampleMessage | undefined;
  /** See DatabaseServer. */
  readonly psqlLine: string | undefined;
  /** Over how many databases messages are spread. */
  readonly databases: number;
  /** The queues that are on SQS, which runs here as well. */
  readonly onSqs: readonly string[];
  /** Settles when Postgres has ended without being asked to. */
  readonly ended: Promise<void>;
  /** Stops the API, the ticks and the database, in that order. May be repeated. */
  stop(): Promise<void>;
}

/**
 * Settles when the API answers and the first tick has been fired. When a part does not start, the parts before it are
 * stopped and the error is thrown. To be called once in a process, because the functions read their configuration from
 * its environment when they are loaded.
 */
export async function startLocal(options: StartOptions): Promise<LocalServer> {
  const { dataDirectory, port, everyMs, allowedOrigins } = options;
  const application = findApplication(options.paths);
  await using parts = new AsyncDisposableStack();
  const database = await startDatabase(options);
  parts.defer(database.stop);
  const base = withoutEnvironment(options, application, database);
  const registry = await loadConfiguredRegistry(base);
  const onSqs = openQueuesOnSqs(registry, dataDirectory);
  if (onSqs) parts.defer(onSqs.close);
  let consumer: ConsumerInvocations | undefined;
  const modes = await startModes(options.modes, async (event) => consumer?.invoke(event), onSqs);
  parts.defer(modes.stop);
  const { environment } = modes;
  const functions = await loadFunctions({ ...base, environment }, onSqs !== undefined);
  const example = await exampleMessage(registry);
  await functions.migrate();
  const urls = databaseUrls(database.url);
  const apiKey = await keptApiKey(urls.map(openLocal), dataDirectory);
  const authorizationFile = await keepAuthorization(dataDirectory, apiKey);
  const cors = browserAccess(allowedOrigins);
  const gateway = await startApiGateway({ handler: functions.http, port, cors });
  if (onSqs && functions.onSqs) parts.defer(onSqs.invoke(functions.onSqs));
  consumer = consumerInvocations(functions.consumer);
  parts.defer(consumer.stop);
  parts.defer(startTicks({ invoke: consumer.invoke, everyMs, databases: urls.length }));
  parts.defer(gateway.stop);
  const url = `http://127.0.0.1:${gateway.port}`;
  const { url: databaseUrl, postgresUrl } = database;
  parts.defer(await announceServer(dataDirectory, { url, apiKey, databaseUrl, postgresUrl }));
  const running = parts.move();
  return {
    url,
    authorizationFile,
    example,
    psqlLine: database.psqlLine,
    databases: urls.length,
    onSqs: onSqs?.names ?? [],
    ended: database.ended,
    stop: () => running.disposeAsync(),
  };
}

const openLocal = (url: string) => openDatabase(url);

const startDatabase = ({
  databaseUrl,
  dataDirectory,
  databases,
}: StartOptions): Promise<DatabaseServer> =>
  databaseUrl ? givenDatabase(databaseUrl) : embeddedDatabase(dataDirectory, {}, databases);

const withoutEnvironment = (
  { dataDirectory, driver, allowedOrigins }: StartOptions,
  application: Application,
  { url, postgresUrl }: DatabaseServer,
): Omit<FunctionOptions, 'environment'> => ({
  application,
  folder: join(dataDirectory, 'functions'),
  driver,
  databaseUrl: driver === 'pg' ? postgresUrl : url,
  allowedOrigins,
});
