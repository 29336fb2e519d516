// What may be set of a deployment.
import type { Duration } from 'aws-cdk-lib';
import type { ApplicationPaths } from '#bundling/application.ts';
import type { BundlingOptions } from '#bundling/bundle.ts';
import type { Driver } from '#bundling/bundle-function.ts';
import type { ApiOptions } from '#infra/api/api-options.ts';
import type { ConsumerOptions } from '#infra/consumer/consumer-options.ts';
import type { ModeOptions } from '#infra/consumer/modes.ts';
import type { DatabaseUrlOptions } from '#infra/function/database-url.ts';
import type { FunctionOptions, SharedOptions } from '#infra/function/function-options.ts';
import type { SqsOptions } from '#infra/sqs/sqs-options.ts';
import type { WatchOptions } from '#infra/watch/watch.ts';

/** Everything that may be changed about a deployment. What is left out has its default. */
export interface MillraceProps extends ApplicationPaths, ModeOptions, SharedOptions, WatchOptions {
  /** For what your handlers import. Default: esbuild's own ways, and `@aws-sdk/*` is left to Lambda's runtime. */
  readonly bundling?: BundlingOptions;
  /**
   * Tells this deployment from others in the account and region; its connection string is kept under this name. At most 32
   * letters, digits and hyphens, a letter first. Default: none.
   */
  readonly stage?: string;
  /**
   * How the functions reach the database: `neon`, over HTTP and WebSocket, or `pg`, over TCP, for any other Postgres. Default
   * `neon`.
   */
  readonly driver?: Driver;
  /** Where the connection string is kept. Default: in the SecureString `/millrace/database-url`. */
  readonly databaseUrl?: DatabaseUrlOptions;
  /**
   * Over how many databases the messages are spread, 1 to 16, default 1. Their connection strings are in the one place, separated
   * by white space. To grow is to add one at the end first, and then to deploy; there is no way back.
   */
  readonly databases?: number;
  /** Who may call the HTTP API, and how often. Default: holders of API keys. */
  readonly api?: ApiOptions;
  /** The function behind the API. Default 512 MB, and 29 seconds of 10 to 29. */
  readonly http?: FunctionOptions;
  /** The function that drains. Default 1024 MB and 55 seconds. */
  readonly consumer?: ConsumerOptions;
  /** The function that handles what SQS delivers; there is none without a queue on SQS. Default 1024 MB and 55 seconds. */
  readonly sqs?: SqsOptions;
  /** How often the consumer looks: whole minutes, 1 to 60, default 1. A deployment that sleeps has its backstop instead. */
  readonly tickEvery?: Duration;
  /** False: the deployment leaves the database alone, and the operator migrates it first. Default true. */
  readonly migrateOnDeploy?: boolean;
}
