// The function behind the HTTP API.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ALLOWED_ORIGINS } from '#functions/environment.ts';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import type { ApiOptions } from './api-options.ts';
import { callerEnvironment } from './ways.ts';

export interface HttpFunctionProps extends ApiOptions {
  readonly databaseUrl: DatabaseUrl;
}

export class HttpFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: HttpFunctionProps) {
    super(scope, id, {
      entry: 'http',
      description: 'Answers the HTTP API: enqueue, status, operations',
      // One second less than API Gateway waits, so that a request that hangs is a timeout in this function's log.
      timeout: Duration.seconds(29),
      // At this size a million requests of 60 ms cost 0.40 USD. With half the memory they would cost half, but a cold start
      // would take twice as long, and a person may be waiting for it.
      memorySize: 512,
      environment: environmentFor(props),
      databaseUrl: props.databaseUrl,
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
