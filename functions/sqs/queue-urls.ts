// Where the SQS queues of a queue are, and which queue an SQS queue is of. The names are given when the deployment is made:
// a prefix, the queue's name, "-p2" for those of a class of priority or "-dead" for its dead-letter queue, and ".fifo" where AWS
// wants it.
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import { sqsNameOf, sqsNamesOf } from '#queue/declare/priority-classes.ts';
import type { Queue } from '#queue/declare/queue.ts';

export class QueueUrls {
  /** How all URLs begin. */
  readonly #beginning: string;
  readonly #prefix: string;

  constructor(beginning: string) {
    this.#beginning = beginning;
    this.#prefix = beginning.slice(beginning.lastIndexOf('/') + 1);
  }

  /** Where messages of this priority go, by default of that which is usual. */
  of(queue: Pick<Queue, 'name' | 'policy'>, priority?: number): string {
    return this.#beginning + sqsNameOf(queue, priority);
  }

  /** Of the SQS queue with the ARN that an event has. Throws a TypeError for that of another deployment. */
  at(arn: string): string {
    return this.#beginning + this.#afterPrefix(arn);
  }

  /** Of these queues the one whose SQS queue it is, by the ARN that an event has. Throws a TypeError for that of any other. */
  queueAt(arn: string, queues: Iterable<Queue>): Queue {
    const name = this.#afterPrefix(arn);
    for (const queue of queues)
      if (isOnSqs(queue) && sqsNamesOf(queue).includes(name)) return queue;
    throw new TypeError(`"${name}" is the SQS queue of no queue in this registry`);
  }

  /** The name of the queue whose dead-letter queue it is. Throws a TypeError for the ARN of any other. */
  queueOfDeadLettersAt(arn: string): string {
    const [, name] = /^(.+)-dead(?:\.fifo)?$/.exec(this.#afterPrefix(arn)) ?? [];
    return name ?? refuse(arn);
  }

  #afterPrefix(arn: string): string {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    const own = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : '';
    return own === '' ? refuse(arn) : own;
  }
}

function refuse(arn: string): never {
  throw new TypeError(`${arn} is not the SQS queue of a queue by ${SQS_QUEUES_URL}`);
}

/** Throws a TypeError when the variable is missing or holds no URL with a prefix of names. */
export function readQueueUrls(
  environment: Readonly<Record<string, string | undefined>>,
): QueueUrls {
  const { [SQS_QUEUES_URL]: url = '' } = environment;
  if (/^https?:\/\/[^/]+\/\d+\/[\w-]+$/.test(url)) return new QueueUrls(url);
  throw new TypeError(
    `${SQS_QUEUES_URL} is how the URLs of the SQS queues begin, such as https://sqs.eu-central-1.amazonaws.com/123456789012/millrace-`,
  );
}
