// An application whose queue has classes of priority on SQS.
import { expect, test } from 'vitest';
import { SQS_QUEUES_URL } from '#functions/environment.ts';
import { QueueUrls } from '#functions/sqs/queue-urls.ts';
import { allowed, shownReference } from '#test/support/infra/allowed.ts';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';
import { registry } from '#test/support/infra/with-priorities/registry.ts';

const template = synthesize({ registry: 'test/support/infra/with-priorities/registry.ts' });
const queues = resourcesOf(template, 'AWS::SQS::Queue');
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(
  ([, { Properties }]) => Properties,
);
const live = ['Queue', 'QueueP2', 'QueueP8'].map((end) => `MillraceSqsQueuesmails${end}`);
const queueAt = (path: string) => {
  const [found] = queues.filter(([id]) => id.replace(/[\dA-F]{8}$/, '') === path);
  if (!found) throw new Error(`no queue at ${path}`);
  return found;
};

test('each class has a queue where the functions look for it, and all have one dead-letter queue', () => {
  const names = queues.map(([, { Properties }]) => Properties.QueueName);
  const urls = new QueueUrls('millrace-');
  const [mails] = registry.queues.values();
  if (!mails) throw new Error('there is a queue');
  const sent = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((priority) => urls.of(mails, priority));
  expect(names.toSorted()).toEqual([...new Set(sent), 'millrace-mails-dead'].toSorted());
  expect(sent[4]).toBe('millrace-mails');
});

test('the queues of classes are made as the first one is', () => {
  const [first, ...others] = live.map((path) => queueAt(path)[1]);
  const [dead] = queueAt('MillraceSqsQueuesmailsDead');
  expect(first?.Properties.RedrivePolicy.deadLetterTargetArn).toEqual({
    'Fn::GetAtt': [dead, 'Arn'],
  });
  for (const other of others) {
    const { QueueName } = other.Properties;
    const named = { ...first?.Properties, QueueName };
    expect(other).toEqual({ ...first, Properties: named });
  }
});

test('Lambda polls each class by itself, and the dead-letter queue once', () => {
  const sources = mappings.map(({ EventSourceArn }) => shownReference(EventSourceArn));
  expect(sources.toSorted()).toEqual(
    [...live, 'MillraceSqsQueuesmailsDead'].map((path) => `<${path}.Arn>`).toSorted(),
  );
  const handlers = new Set(mappings.map(({ FunctionName }) => FunctionName.Ref));
  expect(handlers.size).toBe(2);
});

test('who sends may send to all classes, and who handles may take from all', () => {
  const on = (...actions: string[]) =>
    actions.flatMap((action) => live.map((path) => `sqs:${action} on <${path}.Arn>`)).toSorted();
  const ofSqs = (path: string) => allowed(template, path).filter((line) => line.startsWith('sqs:'));
  for (const path of ['MillraceConsumer', 'MillraceHttp'])
    expect(ofSqs(path), path).toEqual(on('SendMessage'));
  expect(ofSqs('MillraceSqsConsumer')).toEqual(
    on('ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'ChangeMessageVisibility'),
  );
  const [, { Properties }] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceHttp');
  expect(Properties.Environment.Variables).toHaveProperty(SQS_QUEUES_URL);
});

test('the oldest of each class rings by itself, and is on the dashboard', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) =>
    id.startsWith('MillraceAlarmsSqs'),
  );
  const meanings = alarms.map(([, { Properties }]) => Properties.AlarmDescription);
  for (const of of ['"mails"', '"mails" for priority 2', '"mails" for priority 8'])
    expect(meanings.join('\n')).toContain(`in the SQS queue of ${of} for longer`);
  expect(alarms).toHaveLength(2 + 3 + 1);
  const [[, dashboard] = []] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  for (const label of ['mails', 'mails-P2', 'mails-P8'])
    expect(JSON.stringify(dashboard)).toContain(`\\"label\\":\\"${label}\\"`);
});
