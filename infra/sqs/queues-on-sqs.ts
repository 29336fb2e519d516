// All that a deployment has for its queues on SQS: the queues, the function that handles what they deliver, the one that stores what
// they give up, and the right to send of who does. A deployment without such a queue has nothing of it.
import { Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SqsQueue } from '#bundling/sqs-queues.ts';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import type { ConsumerOptions } from '#infra/consumer/consumer-options.ts';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { DeployedFunction } from '#infra/function/deployed-function.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import type { SharedOptions } from '#infra/function/function-options.ts';
import { DeadLetterFunction, deadVisibility } from './dead-letter-function.ts';
import { visibilityOf } from './durations.ts';
import { allow } from './event-source.ts';
import { queueNamesOf, queuePrefixOf } from './queue-names.ts';
import { QueueOnSqs } from './queue-on-sqs.ts';
import { SqsConsumerFunction } from './sqs-consumer-function.ts';
import { defaultTimeout, requireSqsOptions, type SqsOptions } from './sqs-options.ts';

export interface QueuesOnSqsProps extends SharedOptions {
  readonly declared: readonly SqsQueue[];
  readonly stage: string | undefined;
  readonly options: SqsOptions | undefined;
  /** What the handlers have in the consumer. */
  readonly handlers: Pick<ConsumerOptions, 'environment' | 'policies' | 'secrets'> | undefined;
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
}

/** The functions of a deployment with queues on SQS. */
export interface DeployedSqs {
  /** Runs the handlers of the queues on SQS. */
  readonly consumer: DeployedFunction;
  /** Stores in Postgres what SQS has given up. */
  readonly deadLetters: DeployedFunction;
}

export class QueuesOnSqs extends Construct implements DeployedSqs {
  readonly consumer: DeployedFunction;
  readonly deadLetters: DeployedFunction;
  readonly queues: readonly QueueOnSqs[];
  private readonly queuesUrl: string;

  constructor(scope: Construct, id: string, props: QueuesOnSqsProps) {
    super(scope, id);
    const { declared, stage, options = {}, handlers, ...shared } = props;
    requireSqsOptions(options, declared);
    this.queuesUrl = queuesUrlOf(Stack.of(this), stage);
    this.queues = this.createQueues(props);
    const both = { ...shared, queues: this.queues, queuesUrl: this.queuesUrl };
    const { environment, policies, secrets } = handlers ?? {};
    this.consumer = new SqsConsumerFunction(this, 'Consumer', {
      ...both,
      ...options,
      ...(environment && { environment }),
      ...(policies && { policies }),
      ...(secrets && { secrets }),
    });
    this.deadLetters = new DeadLetterFunction(this, 'DeadLetters', both);
  }

  /** Lets the functions send to these queues. */
  letSend(...senders: readonly LambdaFunction[]): void {
    const queues = this.queues.flatMap(({ classes }) => classes.map(({ queue }) => queue));
    for (const sender of senders) {
      sender.addEnvironment(SQS_QUEUES_URL, this.queuesUrl);
      sender.addToRolePolicy(allow(['sqs:SendMessage'], queues));
    }
  }

  private createQueues({ declared, stage, options }: QueuesOnSqsProps): readonly QueueOnSqs[] {
    const names = queueNamesOf(stage, declared);
    const visibility = visibilityOf(options?.timeout ?? defaultTimeout);
    const scope = new Construct(this, 'Queues');
    return declared.flatMap((queue) => {
      const named = names.get(queue.name);
      if (!named) return [];
      const props = { declared: queue, names: named, visibility, deadVisibility };
      return [new QueueOnSqs(scope, queue.name, props)];
    });
  }
}

/** The URL of each queue is this and its name. */
const queuesUrlOf = ({ region, account, urlSuffix }: Stack, stage: string | undefined): string =>
  `https://sqs.${region}.${urlSuffix}/${account}/${queuePrefixOf(stage)}`;
