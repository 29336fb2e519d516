// The log group that each of our functions and the API get.
import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LogOptions } from './function-options.ts';

/**
 * By default a log group that forgets after a month and goes with the stack: what happened to a message is kept in
 * Postgres, and a log group without a stack has only a generated name that nobody would find again.
 */
export function createLogGroup(scope: Construct, id: string, options: LogOptions = {}): LogGroup {
  const { retention = RetentionDays.ONE_MONTH, removalPolicy = RemovalPolicy.DESTROY } = options;
  return new LogGroup(scope, id, { retention, removalPolicy });
}
