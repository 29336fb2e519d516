// What an application with queues on SQS gets of SQS and of Lambda.
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { shownReference } from '#test/support/infra/allowed.ts';
import { onSqs, resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const template = synthesize(onSqs);
const queues = resourcesOf(template, 'AWS::SQS::Queue');
const queueAt = (path: string) =>
  resourceAt(template, 'AWS::SQS::Queue', `MillraceSqsQueues${path}`);
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
  ([, { Properties }]) => Properties,
);

describe('every queue', () => {
  test('is named after the application’s, and so is its dead-letter queue; FIFO queues end as SQS wants', () => {
    expect(queues.map(([, { Properties }]) => Properties.QueueName).toSorted()).toEqual([
      'millrace-ledger-dead.fifo',
      'millrace-ledger.fifo',
      'millrace-mails',
      'millrace-mails-dead',
    ]);
  });

  test('has its stage in its name', () => {
    const names = resourcesOf(synthesize({ ...onSqs, stage: 'prod' }), 'AWS::SQS::Queue');
    for (const [, { Properties }] of names) expect(Properties.QueueName).toMatch(/^millrace-prod-/);
  });

  test('is encrypted, keeps messages for 14 days, and outlives the stack', () => {
    for (const [id, queue] of queues)
      expect(queue, id).toMatchObject({
        Properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

  test('answers nobody without TLS', () => {
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy');
    const guarded = policies.map(([, { Properties }]) => {
      expect(Properties.PolicyDocument.Statement).toMatchObject([
        {
          Effect: 'Deny',
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
      return Properties.Queues.map(({ Ref }: { Ref: string }) => Ref);
    });
    expect(guarded.flat().toSorted()).toEqual(queues.map(([id]) => id).toSorted());
  });
});

test('a FIFO queue knows copies within a group by their ids, and counts its limits by group', () => {
  for (const path of ['ledgerQueue', 'ledgerDead'])
    expect(queueAt(path)[1].Properties).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: false,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  expect(queueAt('mailsQueue')[1].Properties).not.toHaveProperty('FifoQueue');
});

test.each([
  ['mails', 100],
  ['ledger', 200],
])('SQS gives a message of %s up after %d receives, long after its attempts', (name, receives) => {
  const [dead] = queueAt(`${name}Dead`);
  expect(queueAt(`${name}Queue`)[1].Properties.RedrivePolicy).toEqual({
    deadLetterTargetArn: { 'Fn::GetAtt': [dead, 'Arn'] },
    maxReceiveCount: receives,
  });
});

test('no message comes back while the invocation that has it may still be at work', () => {
  const slow = synthesize({ ...onSqs, sqs: { timeout: Duration.seconds(300) } });
  for (const [each, seconds] of [
    [template, 55],
    [slow, 300],
  ] as const) {
    const [, { Properties }] = resourceAt(each, 'AWS::Lambda::Function', 'MillraceSqsConsumer');
    expect(Properties.Timeout).toBe(seconds);
    for (const name of ['mails', 'ledger']) {
      const [, queue] = resourceAt(each, 'AWS::SQS::Queue', `MillraceSqsQueues${name}Queue`);
      expect(queue.Properties.VisibilityTimeout).toBe(seconds + 30);
    }
  }
});

describe('Lambda takes ten messages at once, and is told which of them to keep:', () => {
  const of = (path: string) => {
    const [handler] = resourceAt(template, 'AWS::Lambda::Function', path);
    return mappings.filter(({ FunctionName }) => FunctionName.Ref === handler);
  };
  const sources = (path: string) =>
    of(path)
      .map(({ EventSourceArn }) => shownReference(EventSourceArn))
      .toSorted();

  test('of the queues', () => {
    expect(sources('MillraceSqsConsumer')).toEqual([
      '<MillraceSqsQueuesledgerQueue.Arn>',
      '<MillraceSqsQueuesmailsQueue.Arn>',
    ]);
    for (const mapping of of('MillraceSqsConsumer'))
      expect(mapping).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 50 },
      });
  });

  test('and of the dead-letter queues', () => {
    expect(sources('MillraceSqsDeadLetters')).toEqual([
      '<MillraceSqsQueuesledgerDead.Arn>',
      '<MillraceSqsQueuesmailsDead.Arn>',
    ]);
    for (const mapping of of('MillraceSqsDeadLetters'))
      expect(mapping).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      });
  });
});

test('the functions know the queues by the beginning of their URLs', () => {
  for (const [stage, prefix] of [
    [undefined, 'millrace-'],
    ['prod', 'millrace-prod-'],
  ]) {
    const staged = synthesize({ ...onSqs, ...(stage && { stage }) });
    for (const path of [
      'MillraceHttp',
      'MillraceConsumer',
      'MillraceSqsConsumer',
      'MillraceSqsDeadLetters',
    ]) {
      const [, { Properties }] = resourceAt(staged, 'AWS::Lambda::Function', path);
      expect(shownReference(Properties.Environment.Variables[SQS_QUEUES_URL]), path).toBe(
        `https://sqs.<AWS::Region>.<AWS::URLSuffix>/<AWS::AccountId>/${prefix}`,
      );
    }
  }
});

test('handlers have in the SQS consumer what they have in the consumer', () => {
  const environment = { CURRENCY: 'EUR' };
  const given = synthesize({ ...onSqs, consumer: { environment } });
  for (const path of ['MillraceConsumer', 'MillraceSqsConsumer']) {
    const [, { Properties }] = resourceAt(given, 'AWS::Lambda::Function', path);
    expect(Properties.Environment.Variables).toMatchObject(environment);
  }
});

test('the schema is migrated before the functions are updated, and the API after what handles', () => {
  const [trigger] = resourceAt(template, 'Custom::Trigger', 'MillraceMigrations');
  const idOf = (path: string) => resourceAt(template, 'AWS::Lambda::Function', path)[0];
  const handling = ['MillraceConsumer', 'MillraceSqsConsumer', 'MillraceSqsDeadLetters'];
  for (const path of handling) {
    const [, { DependsOn }] = resourceAt(template, 'AWS::Lambda::Function', path);
    expect(DependsOn, path).toContain(trigger);
  }
  const [, http] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceHttp');
  expect(http.DependsOn).toEqual(expect.arrayContaining(handling.map(idOf)));
});

test('the outputs name the function and its logs', () => {
  const outputs = Object.keys(template.findOutputs('*'));
  for (const id of ['SqsConsumerFunction', 'SqsConsumerLogs', 'SqsDeadLetterLogs'])
    expect(outputs).toContain(id);
});
