import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const alarmsOf = (template: ReturnType<typeof synthesize>) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

const template = synthesize();
const alarms = alarmsOf(template);
const metrics = alarms.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`);

const headings = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));

test('every alarm links a heading of the runbook, and every heading has an alarm', () => {
  const links = alarms.map(({ AlarmDescription }) =>
    /\bdocs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.at(1),
  );
  expect(links.toSorted()).toEqual(headings.toSorted());
});

test('failing ticks, missing ticks and failing requests ring', () => {
  expect(metrics.toSorted()).toEqual([
    'AWS/ApiGateway 5xx',
    'AWS/Lambda Errors',
    'AWS/Lambda Invocations',
  ]);
});

test('five minutes without any report of a tick ring', () => {
  const [consumer] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceConsumer');
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: consumer } }],
    ComparisonOperator: 'LessThanThreshold',
    Period: 60,
    EvaluationPeriods: 5,
    TreatMissingData: 'breaching',
  });
});

test('one bad minute does not ring, two of five do', () => {
  for (const MetricName of ['Errors', '5xx'])
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName,
      Threshold: 1,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
});

test('a topic hears of every alarm and of its end', () => {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
  for (const alarm of alarmsOf(synthesize({ alarms: { topicArn } })))
    expect(alarm).toMatchObject({ AlarmActions: [topicArn], OKActions: [topicArn] });
});

test('a team that keeps its runbook elsewhere is sent there', () => {
  const runbookUrl = 'https://wiki.example/millrace';
  for (const { AlarmDescription } of alarmsOf(synthesize({ alarms: { runbookUrl } })))
    expect(AlarmDescription).toMatch(/https:\/\/wiki\.example\/millrace#[a-z-]+$/);
});
