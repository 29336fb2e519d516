// The function behind the HTTP API.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ALLOWED_ORIGINS } from '#functions/environment.ts';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import {
  type FunctionOptions,
  memoryRange,
  type SharedOptions,
} from '#infra/function/function-options.ts';
import { type Range, requireInRange, requireSeconds } from '#infra/function/in-range.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import type { ApiOptions } from './api-options.ts';
import { callerEnvironment } from './ways.ts';

/** API Gateway gives a request up after 30 seconds, and the function itself after 8. */
export const httpTimeoutRange: Range = { from: 10, to: 29, of: 'seconds' };

export interface HttpFunctionProps extends ApiOptions, FunctionOptions, SharedOptions {
  /** Which of the two it is: the one that sends to SQS, too, is larger. */
  readonly entry: 'http' | 'sending-http';
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
}

export class HttpFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: HttpFunctionProps) {
    const { entry, memorySize, timeout, source, databaseUrl, architecture, logs, network } = props;
    requireInRange('http.memorySize', memorySize, memoryRange);
    requireSeconds('http.timeout', timeout, httpTimeoutRange);
    super(scope, id, {
      entry,
      description: 'Answers the HTTP API: enqueue, status, operations',
      // One second less than API Gateway waits, so that a request that hangs is a timeout in this function's log.
      timeout: timeout ?? Duration.seconds(29),
      // At this size a million requests of 60 ms cost 0.40 USD. With half the memory they would cost half, but a cold start
      // would take twice as long, and a person may be waiting for it.
      memorySize: memorySize ?? 512,
      environment: environmentFor(props),
      source,
      databaseUrl,
      architecture,
      logs,
      network,
    });
  }
}

function environmentFor(options: ApiOptions): Record<string, string> {
  const { corsOrigins } = options;
  return {
    ...(corsOrigins && { [ALLOWED_ORIGINS]: corsOrigins.join(' ') }),
    ...callerEnvironment(options),
  };
}
