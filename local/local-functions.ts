// The Lambda functions, bundled as for the cloud and loaded as Lambda loads them: configured by the environment, before the first
// event.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Application } from '#bundling/application.ts';
import { bundleFunction, type Driver, type FunctionName } from '#bundling/bundle-function.ts';
import type { createConsumerHandler } from '#functions/consumer.ts';
import {
  ALLOWED_ORIGINS,
  DATABASE_URL,
  DATABASE_URL_PARAMETER,
  DATABASE_URL_SECRET,
  DATABASES,
} from '#functions/environment.ts';
import type { createHttpHandler } from '#functions/http.ts';
import type { createMigrateHandler } from '#functions/migrate.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { loadRegistry } from './application-registry.ts';
import type { SqsFunctions } from './queues-on-sqs.ts';

export interface FunctionOptions {
  readonly application: Application;
  /** Where the bundles are written, each in a folder of its own. */
  readonly folder: string;
  readonly driver: Driver;
  /** Of several databases one for each, separated by a space. */
  readonly databaseUrl: string;
  readonly allowedOrigins: readonly string[];
  /** Further variables; those that are undefined are taken away. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Loaded extends SqsFunctions {
  readonly migrate: ReturnType<typeof createMigrateHandler>;
  readonly http: ReturnType<typeof createHttpHandler>;
  readonly 'sending-http': Loaded['http'];
  readonly consumer: ReturnType<typeof createConsumerHandler>;
  readonly 'relaying-consumer': Loaded['consumer'];
}

export interface Functions extends Pick<Loaded, 'migrate' | 'http' | 'consumer'> {
  /** For queues on SQS alone. */
  readonly onSqs: SqsFunctions | undefined;
}

/** First, because it says best what is wrong with it, and what else there has to be. It may read the environment, as handlers may. */
export async function loadConfiguredRegistry(
  options: Omit<FunctionOptions, 'environment'>,
): Promise<Registry> {
  configure({ ...options, environment: {} });
  return loadRegistry(options.application, options.folder);
}

/**
 * Once for each process: a function reads its environment when it is loaded. Where queues are on SQS, HTTP and consumer are functions
 * that send there, and others receive; where there are several databases, the consumer is one that sends to others.
 */
export async function loadFunctions(
  options: FunctionOptions,
  areQueuesOnSqs: boolean,
): Promise<Functions> {
  configure(options);
  const relays = areQueuesOnSqs || databaseUrls(options.databaseUrl).length > 1;
  return {
    migrate: await load('migrate', options),
    http: await load(areQueuesOnSqs ? 'sending-http' : 'http', options),
    consumer: await load(relays ? 'relaying-consumer' : 'consumer', options),
    onSqs: areQueuesOnSqs ? await loadSqsFunctions(options) : undefined,
  };
}

const loadSqsFunctions = async (options: FunctionOptions): Promise<SqsFunctions> => ({
  'sqs-consumer': await load('sqs-consumer', options),
  'sqs-dead-letters': await load('sqs-dead-letters', options),
});

/** The migration alone, for those who run nothing else. */
export async function loadMigration(
  options: Pick<FunctionOptions, 'application' | 'folder' | 'driver' | 'databaseUrl'>,
): Promise<Loaded['migrate']> {
  // The function's log is for machines; what was done is in its answer.
  const environment = { AWS_LAMBDA_LOG_LEVEL: 'WARN' };
  configure({ databaseUrl: options.databaseUrl, allowedOrigins: [], environment });
  await loadRegistry(options.application, options.folder);
  return load('migrate', options);
}

function configure({
  databaseUrl,
  allowedOrigins,
  environment,
}: Omit<FunctionOptions, 'application' | 'folder' | 'driver'>): void {
  const databases = databaseUrls(databaseUrl).length;
  const variables = {
    [DATABASE_URL]: databaseUrl,
    [DATABASES]: databases === 1 ? undefined : String(databases),
    [ALLOWED_ORIGINS]: allowedOrigins.join(' '),
    // If a developer's shell still has one of these, the functions would use the cloud's database.
    [DATABASE_URL_PARAMETER]: undefined,
    [DATABASE_URL_SECRET]: undefined,
    ...environment,
  };
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}

async function load<Name extends FunctionName & keyof Loaded>(
  name: Name,
  { application, folder, driver }: Pick<FunctionOptions, 'application' | 'folder' | 'driver'>,
): Promise<Loaded[Name]> {
  const bundle = resolve(folder, name);
  bundleFunction(name, application, bundle, { driver });
  const { handler } = await import(pathToFileURL(join(bundle, 'index.mjs')).href);
  return handler;
}
