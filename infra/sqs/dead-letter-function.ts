// The function that brings home what SQS has given up: it stores a dead letter in Postgres, where operators see and redrive it.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import type { SharedOptions } from '#infra/function/function-options.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import { allow, takeFrom, taking } from './event-source.ts';
import type { QueueOnSqs } from './queue-on-sqs.ts';

export interface DeadLetterFunctionProps extends SharedOptions {
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
  readonly queuesUrl: string;
  readonly queues: readonly QueueOnSqs[];
}

/** One statement for ten dead letters, and the time of a database that wakes. */
const timeout = Duration.seconds(30);
/**
 * How soon the function tries again what it could not store: in a quarter of an hour, since nobody waits for a dead letter, and one
 * whose body cannot be read writes a line into the log each time until somebody takes it away.
 */
export const deadVisibility = Duration.minutes(15);
/** The least that Lambda knows. Dead letters are few; and when they are many, they leave the database to the living. */
const maximumConcurrency = 2;

export class DeadLetterFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: DeadLetterFunctionProps) {
    const { queues, queuesUrl, ...options } = props;
    super(scope, id, {
      ...options,
      entry: 'sqs-dead-letters',
      description: 'Stores in Postgres what SQS has given up',
      timeout,
      memorySize: 256,
      environment: { [SQS_QUEUES_URL]: queuesUrl },
    });
    const dead = queues.map((queue) => queue.dead);
    this.grantPrincipal.addToPrincipalPolicy(allow(taking, dead));
    for (const { name, dead } of queues)
      takeFrom(this.handler, `From-${name}`, dead, maximumConcurrency);
  }
}
