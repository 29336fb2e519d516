// Where the SQS queue of a queue is, and which queue an SQS queue is of. The names are given when the deployment is made:
// a prefix, the queue's name, "-dead" for its dead-letter queue, and ".fifo" where AWS wants it.
import { SQS_QUEUES_URL } from '#functions/environment.ts';

/** What of a queue says where it is. */
interface QueueOnSqs {
  readonly name: string;
  readonly policy: { readonly engine: string };
}

export class QueueUrls {
  /** How all URLs begin. */
  readonly #beginning: string;
  readonly #prefix: string;

  constructor(beginning: string) {
    this.#beginning = beginning;
    this.#prefix = beginning.slice(beginning.lastIndexOf('/') + 1);
  }

  of({ name, policy }: QueueOnSqs): string {
    return `${this.#beginning}${name}${policy.engine === 'sqs-fifo' ? '.fifo' : ''}`;
  }

  /** The name of the queue whose SQS queue it is, by the ARN that an event has. Throws a TypeError for that of any other. */
  queueAt(arn: string): string {
    const [, name] = /^(.+?)(?:\.fifo)?$/.exec(this.#afterPrefix(arn)) ?? [];
    return name ?? refuse(arn);
  }

  /** The name of the queue whose dead-letter queue it is. Throws a TypeError for the ARN of any other. */
  queueOfDeadLettersAt(arn: string): string {
    const [, name] = /^(.+)-dead(?:\.fifo)?$/.exec(this.#afterPrefix(arn)) ?? [];
    return name ?? refuse(arn);
  }

  #afterPrefix(arn: string): string {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : refuse(arn);
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
