// CreateQueue, GetQueueUrl, GetQueueAttributes and PurgeQueue.
import * as z from 'zod';
import { AwsError } from '#local/aws/aws-error.ts';
import { bodyIn, type Operation, type SignedRequest } from '#local/aws/operation.ts';
import {
  isFifo,
  nameIn,
  nameInArn,
  type QueueSettings,
  queueArn,
  queueUrl,
  requireQueueName,
} from './queue-settings.ts';
import type { Sqs } from './sqs.ts';

const whole = z.string().regex(/^\d+$/).transform(Number);

const createForm = z.strictObject({
  QueueName: z.string(),
  Attributes: z
    .strictObject({
      FifoQueue: z.literal('true'),
      VisibilityTimeout: whole.pipe(z.int().max(43_200)),
      MessageRetentionPeriod: whole.pipe(z.int().min(60).max(1_209_600)),
      RedrivePolicy: z.string(),
    })
    .partial()
    .default({}),
});

const redriveForm = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().pipe(z.int().min(1).max(1000)),
});

export const createQueue =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueName, Attributes } = bodyIn(createForm, request);
    const name = requireQueueName(QueueName);
    if (isFifo({ name }) !== (Attributes.FifoQueue !== undefined))
      throw new AwsError(
        400,
        'InvalidParameterValue',
        'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix',
      );
    const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = Attributes;
    const settings: QueueSettings = {
      name,
      ...(VisibilityTimeout !== undefined && { visibilitySeconds: VisibilityTimeout }),
      ...(MessageRetentionPeriod !== undefined && { retentionSeconds: MessageRetentionPeriod }),
      ...(RedrivePolicy !== undefined && redrive(sqs, name, RedrivePolicy)),
    };
    if (!sqs.has(name)) sqs.create(settings);
    else if (JSON.stringify(sqs.queue(name).settings) !== JSON.stringify(settings))
      throw new AwsError(
        400,
        'QueueNameExists',
        'A queue already exists with the same name and a different value for an attribute',
      );
    return { status: 200, body: { QueueUrl: urlOf(request, name) } };
  };

function redrive(sqs: Sqs, name: string, policy: string) {
  const { deadLetterTargetArn, maxReceiveCount } = redriveForm.parse(JSON.parse(policy));
  const deadLetterName = nameInArn(deadLetterTargetArn) ?? '';
  const isOfTheSameKind = isFifo({ name }) === isFifo({ name: deadLetterName });
  if (sqs.has(deadLetterName) && isOfTheSameKind) return { maxReceiveCount, deadLetterName };
  throw new AwsError(
    400,
    'InvalidParameterValue',
    'Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist, or is of another type.',
  );
}

const urlOf = ({ headers }: SignedRequest, name: string) =>
  queueUrl(`http://${headers.host}`, name);

const nameForm = z.strictObject({ QueueName: z.string() });

export const getQueueUrl =
  (sqs: Sqs): Operation =>
  (request) => {
    const { name } = sqs.queue(bodyIn(nameForm, request).QueueName).settings;
    return { status: 200, body: { QueueUrl: urlOf(request, name) } };
  };

const attributesForm = z.strictObject({
  QueueUrl: z.string(),
  AttributeNames: z.array(z.string()).default([]),
});

export const getQueueAttributes =
  (sqs: Sqs): Operation =>
  (request) => {
    const { QueueUrl, AttributeNames } = bodyIn(attributesForm, request);
    const { counts, settings } = sqs.queue(nameIn(QueueUrl));
    const all = {
      QueueArn: queueArn(settings.name),
      ApproximateNumberOfMessages: counts.visible,
      ApproximateNumberOfMessagesNotVisible: counts.inFlight,
      ApproximateNumberOfMessagesDelayed: counts.delayed,
      VisibilityTimeout: settings.visibilitySeconds ?? 30,
      ...(isFifo(settings) && { FifoQueue: true }),
    };
    const unknown = AttributeNames.find((name) => name !== 'All' && !(name in all));
    if (unknown !== undefined)
      throw new AwsError(400, 'InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const asked = Object.entries(all)
      .filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name))
      .map(([name, value]) => [name, String(value)]);
    const body = asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
    return { status: 200, body };
  };

const urlForm = z.strictObject({ QueueUrl: z.string() });

export const purgeQueue =
  (sqs: Sqs): Operation =>
  (request) => {
    const { name } = sqs.queue(nameIn(bodyIn(urlForm, request).QueueUrl)).settings;
    sqs.commit([{ queue: name, purged: true }]);
    return { status: 200, body: {} };
  };
