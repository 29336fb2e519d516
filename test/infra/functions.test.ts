import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { DATABASE_URL_PARAMETER } from '#functions/environment.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const template = synthesize();
const [consumerId, consumer] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceConsumer');
const ours = ['MillraceConsumer', 'MillraceHttp', 'MillraceMigrations'].map(
  (path) => resourceAt(template, 'AWS::Lambda::Function', path)[1].Properties,
);

describe('every function of ours', () => {
  test('runs on Node 24 and arm64, with readable stack traces and JSON logs', () => {
    for (const properties of ours)
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON' },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
      });
  });

  test('is told where the connection string is, not what it is', () => {
    for (const { Environment } of ours)
      expect(Environment.Variables[DATABASE_URL_PARAMETER]).toBe('/millrace/database-url');
  });
});

describe('logs', () => {
  test('are kept for a month, and not longer than the stack', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    for (const [, group] of groups)
      expect(group).toMatchObject({
        Properties: { RetentionInDays: 30 },
        DeletionPolicy: 'Delete',
      });
  });

  test('of every function, the library’s too, go to a group of the template', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function'))
      expect(groups, id).toContain(Properties.LoggingConfig?.LogGroup?.Ref);
  });

  test('of the API are one JSON object a request, without headers', () => {
    const [[, stage] = []] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage');
    const line = JSON.parse(stage?.Properties.AccessLogSettings.Format);
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['requestId', 'status', 'latencyMs']));
    expect(JSON.stringify(line)).not.toMatch(/authorization|header|\$context\.identity\.user/i);
  });
});

describe('the tick', () => {
  const [[, schedule] = []] = resourcesOf(template, 'AWS::Scheduler::Schedule');

  test('fires every minute and says for when', () => {
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: { Input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }) },
    });
  });

  test.each([
    [2, 0, 60],
    [5, 0, 60],
    [6, 2, 3_600],
    [60, 2, 3_600],
  ])('each %d minutes: a failed one is repeated %d times', (minutes, retries, seconds) => {
    const seldom = synthesize({ tickEvery: Duration.minutes(minutes) });
    const policy = { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: seconds };
    const [[, slow] = []] = resourcesOf(seldom, 'AWS::Scheduler::Schedule');
    expect(slow?.Properties.Target.RetryPolicy).toEqual(policy);
    seldom.hasResourceProperties('AWS::Lambda::EventInvokeConfig', policy);
  });

  test('is dropped rather than late, at the scheduler and at Lambda', () => {
    const once = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
    expect(schedule?.Properties.Target.RetryPolicy).toEqual(once);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: consumerId },
      ...once,
    });
  });
});

describe('the consumer', () => {
  test('ends before the next tick, before the default lease, and after a handler’s default timeout', () => {
    const { leaseSeconds, timeoutSeconds } = defineQueue({ name: 'any', subscriptions: [] }).policy;
    expect(consumer.Properties.Timeout).toBeLessThan(60);
    expect(consumer.Properties.Timeout).toBeLessThan(leaseSeconds);
    expect(consumer.Properties.Timeout).toBeGreaterThan(timeoutSeconds);
  });

  test('reserves no concurrency unless asked, because a new account has none to reserve', () => {
    expect(consumer.Properties.ReservedConcurrentExecutions).toBeUndefined();
    const limited = synthesize({ consumer: { reservedConcurrentExecutions: 2, memorySize: 1769 } });
    const [, { Properties }] = resourceAt(limited, 'AWS::Lambda::Function', 'MillraceConsumer');
    expect(Properties).toMatchObject({ ReservedConcurrentExecutions: 2, MemorySize: 1769 });
  });
});

test('nothing has a physical name, so that two stacks fit into one account', () => {
  for (const [type, property] of [
    ['AWS::Lambda::Function', 'FunctionName'],
    ['AWS::IAM::Role', 'RoleName'],
    ['AWS::Logs::LogGroup', 'LogGroupName'],
    ['AWS::Scheduler::Schedule', 'Name'],
    ['AWS::CloudWatch::Alarm', 'AlarmName'],
  ] as const)
    for (const [id, { Properties }] of resourcesOf(template, type))
      expect(Properties, id).not.toHaveProperty(property);
});
