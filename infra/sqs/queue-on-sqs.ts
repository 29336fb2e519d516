// The SQS queues of one queue of the application: one for each class of priority, and a dead-letter queue of them all.
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SqsQueue } from '#bundling/sqs-queues.ts';
import { longestRetention } from './durations.ts';
import type { ClassName, QueueNames } from './queue-names.ts';

export interface QueueOnSqsProps {
  readonly declared: SqsQueue;
  readonly names: QueueNames;
  /** For how long SQS keeps a message that it has handed out from others. */
  readonly visibility: Duration;
  readonly deadVisibility: Duration;
}

/** What takes the messages of one class of priority. */
export interface ClassOnSqs {
  /** What tells it from others in ids and labels: `mails`, or `mails-P2`, with a letter that the names of queues have not. */
  readonly id: string;
  /** How people call it: `"mails"`, or `"mails" for priority 2`. */
  readonly title: string;
  readonly queue: Queue;
}

export class QueueOnSqs extends Construct {
  /** As the application declares it. */
  readonly name: string;
  readonly classes: readonly ClassOnSqs[];
  readonly dead: Queue;

  constructor(scope: Construct, id: string, props: QueueOnSqsProps) {
    super(scope, id);
    const { declared, names, deadVisibility } = props;
    this.name = declared.name;
    this.dead = new Queue(this, 'Dead', {
      ...common(declared),
      queueName: names.dead,
      visibilityTimeout: deadVisibility,
    });
    Validations.of(this.dead).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is the dead-letter queue itself: what cannot be stored stays in it, and rings.',
    });
    this.classes = names.classes.map((each) => this.createClass(each, props));
  }

  private createClass(
    { priority, name }: ClassName,
    { declared, visibility }: QueueOnSqsProps,
  ): ClassOnSqs {
    const end = priority === undefined ? '' : `-P${priority}`;
    const queue = new Queue(this, `Queue${end}`, {
      ...common(declared),
      queueName: name,
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: this.dead, maxReceiveCount: mostReceives(declared) },
    });
    const title = `"${this.name}"${priority === undefined ? '' : ` for priority ${priority}`}`;
    return { id: `${this.name}${end}`, title, queue };
  }
}

const common = ({ engine }: SqsQueue): QueueProps => ({
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: longestRetention,
  // What was relayed is in SQS alone until it is handled: who takes a stack or a queue away by mistake would lose it. A queue that
  // a failed deployment has made is empty, and goes.
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  ...(engine === 'sqs-fifo' && inOrder),
});

/** Messages have an id by which SQS knows copies. Per group, since that is what lets a FIFO queue take more than 300 calls a second. */
const inOrder: QueueProps = {
  fifo: true,
  contentBasedDeduplication: false,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/**
 * How often SQS hands a message out before it gives it up. Millrace ends a delivery by its own attempts, long before: a message is
 * also handed out for a snooze, behind a suspect, while the database is away. SQS allows no more than 1000.
 */
const mostReceives = ({ policy }: SqsQueue): number =>
  Math.min(1_000, Math.max(100, 10 * policy.maxAttempts));
