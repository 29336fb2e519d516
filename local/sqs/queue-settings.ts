// How a queue behaves, and what it is called: by its URL in calls, by its ARN in events and in other queues' settings.
import { AwsError } from '#local/aws/aws-error.ts';

export interface QueueSettings {
  /** 1 to 80 letters, digits, hyphens and underscores; that of a FIFO queue ends in `.fifo`. */
  readonly name: string;
  /** How long a received message is kept from others, in seconds. 0 to 43200 (12 hours), default 30. */
  readonly visibilitySeconds?: number;
  /** How long a message is kept, in seconds. 60 to 1209600 (14 days), default 345600 (4 days). */
  readonly retentionSeconds?: number;
  /** A message that would be received more often goes to the dead-letter queue instead. 1 to 1000. */
  readonly maxReceiveCount?: number;
  /** Of the same kind; without it, and the count, nothing is given up. */
  readonly deadLetterName?: string;
}

const accountId = '000000000000';

/** Where CDK and CloudFormation say it of a queue in the cloud. */
export const queueArn = (name: string): string => `arn:aws:sqs:local:${accountId}:${name}`;

/** endpoint: without a slash at its end. */
export const queueUrl = (endpoint: string, name: string): string =>
  `${endpoint}/${accountId}/${name}`;

/** The path says which queue is meant; calls go to the endpoint, whatever host the URL has. */
export function nameIn(url: string): string {
  const [, name] = /^https?:\/\/[^/]+\/\d{12}\/([\w-]{1,80}(?:\.fifo)?)$/.exec(url) ?? [];
  if (name === undefined)
    throw new AwsError(400, 'InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  return name;
}

/** Undefined for what is no queue's ARN. */
export const nameInArn = (arn: string): string | undefined =>
  /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:([\w-]+(?:\.fifo)?)$/.exec(arn)?.[1];

export const isFifo = ({ name }: QueueSettings): boolean => name.endsWith('.fifo');

export function requireQueueName(name: string): string {
  if (/^[\w-]+(\.fifo)?$/.test(name) && name.length <= 80) return name;
  throw new AwsError(
    400,
    'InvalidParameterValue',
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}
