// The function that Lambda invokes with what SQS has: it runs the same handlers as the consumer, of the queues on SQS.
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import type { ConsumerOptions } from '#infra/consumer/consumer-options.ts';
import { handlerSecretsOf } from '#infra/consumer/handler-secrets.ts';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import type { SharedOptions } from '#infra/function/function-options.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import { allow, takeFrom, taking } from './event-source.ts';
import type { ClassOnSqs, QueueOnSqs } from './queue-on-sqs.ts';
import { defaultTimeout, type SqsOptions } from './sqs-options.ts';

export interface SqsConsumerFunctionProps
  extends SqsOptions,
    SharedOptions,
    // What handlers need, wherever they run.
    Pick<ConsumerOptions, 'environment' | 'policies' | 'secrets'> {
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
  /** How the URLs of the queues begin. */
  readonly queuesUrl: string;
  readonly queues: readonly QueueOnSqs[];
}

/** Up to 500 handlers of a queue at once, and 50 calls of the database: more is for somebody who has looked at what bears it. */
const defaultMaximumConcurrency = 50;

export class SqsConsumerFunction extends MillraceFunction {
  constructor(scope: Construct, id: string, props: SqsConsumerFunctionProps) {
    const { queues, queuesUrl, policies = [], maximumConcurrency, ...given } = props;
    const { environment, secrets = {}, ...options } = given;
    const read = handlerSecretsOf(scope, secrets);
    super(scope, id, {
      ...options,
      entry: 'sqs-consumer',
      description: 'Handles and settles what SQS delivers',
      timeout: options.timeout ?? defaultTimeout,
      memorySize: options.memorySize ?? 1024,
      environment: { ...environment, ...read.environment, [SQS_QUEUES_URL]: queuesUrl },
    });
    const classes = queues.flatMap((queue) => queue.classes);
    this.take(classes);
    for (const statement of [...read.statements, ...policies])
      this.grantPrincipal.addToPrincipalPolicy(statement);
    for (const { id: of, queue } of classes)
      takeFrom(this.handler, `From-${of}`, queue, maximumConcurrency ?? defaultMaximumConcurrency);
  }

  /** To wait for a retry is to change for how long SQS keeps the message from others. */
  private take(classes: readonly ClassOnSqs[]): void {
    const statement: PolicyStatement = allow(
      [...taking, 'sqs:ChangeMessageVisibility'],
      classes.map(({ queue }) => queue),
    );
    this.grantPrincipal.addToPrincipalPolicy(statement);
  }
}
