// The cloud on this machine: a database that speaks Neon's protocol, the HTTP API, and ticks.

import { startApiGateway } from '#local/gateway/api-gateway.ts';
import { openDatabase } from '#queue/database.ts';
import { keptApiKey } from './api-key.ts';
import { embeddedDatabase, givenDatabase } from './database-server.ts';
import { loadFunctions } from './local-functions.ts';
import { announceServer } from './running-server.ts';
import type { StartOptions } from './start-options.ts';
import { startTicks } from './ticks.ts';

export interface LocalServer {
  /** Of the HTTP API, without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  /** Of Postgres itself, for psql, as one word in a shell. */
  readonly shellUrl: string;
  /** Settles when Postgres has ended without being asked to. */
  readonly ended: Promise<void>;
  /** Stops the API, the ticks and the database, in that order. May be repeated. */
  stop(): Promise<void>;
}

/**
 * Settles when the API answers and the first tick has been fired. When a part does not start, those before it are
 * stopped. Once for each process: the functions are configured by its environment.
 */
export async function startLocal(options: StartOptions): Promise<LocalServer> {
  const { databaseUrl: given, dataDirectory, port, everyMs } = options;
  await using parts = new AsyncDisposableStack();
  const database = await (given ? givenDatabase(given) : embeddedDatabase(dataDirectory));
  parts.defer(database.stop);
  const functions = await loadFunctions(database.url);
  await functions.migrate();
  const apiKey = options.apiKey ?? (await keptApiKey(dataDirectory));
  await registerApiKey(database.url, apiKey);
  const gateway = await startApiGateway({ handler: functions.http, port });
  const ticks = startTicks({ handler: functions.consumer, everyMs });
  parts.defer(ticks.stop);
  parts.defer(gateway.stop);
  const url = `http://127.0.0.1:${gateway.port}`;
  parts.defer(await announceServer(dataDirectory, { url, apiKey, databaseUrl: database.url }));
  const running = parts.move();
  return {
    url,
    apiKey,
    shellUrl: database.shellUrl,
    ended: database.ended,
    stop: () => running.disposeAsync(),
  };
}

async function registerApiKey(databaseUrl: string, apiKey: string): Promise<void> {
  await openDatabase(databaseUrl).query('select millrace.put_api_key($1, $2, $3::text[])', [
    'local',
    apiKey,
    ['enqueue:*', 'read', 'operate'],
  ]);
}
