import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { type AlarmName, alarmNames, thresholds } from '#infra/watch/alarm-options.ts';
import { onSqs, resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const alarmsOf = (template: ReturnType<typeof synthesize>) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

/** An alarm's metric; of a sum, its parts. */
const metricsOf = (props: MillraceProps) =>
  alarmsOf(synthesize(props)).map(({ Namespace, MetricName, Metrics = [] }) =>
    MetricName
      ? `${Namespace} ${MetricName}`
      : Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: { MetricName: string } } }) =>
          MetricStat ? [MetricStat.Metric.MetricName] : [],
        ).join(' + '),
  );

const anchorOf = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const template = synthesize();
const sleeping = synthesize({ sleep: true });
const queued = synthesize(onSqs);

/** With which there is such an alarm. */
function propsWith(name: AlarmName): MillraceProps {
  if (name.startsWith('sqs')) return onSqs;
  return /wakeUps|Schedules/.test(name) ? { sleep: true } : {};
}

const headings = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));

test('every alarm names a heading of the runbook, and every heading has an alarm', () => {
  const links = [template, sleeping, queued]
    .flatMap(alarmsOf)
    .map(({ AlarmDescription }) =>
      / Runbook: docs\/runbook\.md#([a-z-]+) in the checkout of this deployment$/
        .exec(AlarmDescription)
        ?.at(1),
    );
  expect([...new Set(links)].sort()).toEqual(headings.toSorted());
  expect(headings).toHaveLength(alarmNames.length);
});

test('the page about deployment has each alarm with its limit, its range and its price', () => {
  const page = readFileSync('docs/deploy.md', 'utf8');
  for (const name of alarmNames) {
    const { unit, default: limit, from, to } = thresholds[name];
    const row = new RegExp(`^\\| \`${name}\` .*$`, 'm').exec(page)?.[0] ?? '';
    expect(row, name).toContain(`| \`${unit}\` ${limit}, ${from} to ${to} `);
    // CloudWatch asks $0.10 for each metric that an alarm looks at.
    const [alarm] = alarmsOf(sleeping)
      .concat(alarmsOf(template), alarmsOf(queued))
      .filter(({ AlarmDescription }) => AlarmDescription.includes(`#${anchorOf(name)} `));
    const parts = alarm.Metrics?.filter((metric: object) => 'MetricStat' in metric).length ?? 1;
    expect(row, name).toContain(`| $0.${parts}0 `);
  }
});

test('everything rings that can keep a message from being taken in or handled', () => {
  expect(metricsOf({}).sort()).toEqual([
    'AWS/ApiGateway 5xx',
    'AWS/Lambda AsyncEventsDropped',
    'AWS/Lambda Duration',
    'AWS/Lambda Errors',
    'AWS/Lambda Invocations',
    'Millrace DatabaseRefused',
    'Millrace Dead',
    'Millrace OldestWaiting',
    'Millrace/Test RequestTime',
    'Throttles + Throttles',
  ]);
});

test('a deployment that sleeps has no heartbeat, and watches its wake-ups instead', () => {
  const [awake, asleep] = [metricsOf({}), metricsOf({ sleep: { backstop: Duration.hours(1) } })];
  expect(awake.filter((metric) => !asleep.includes(metric))).toEqual(['AWS/Lambda Invocations']);
  expect(asleep.filter((metric) => !awake.includes(metric)).sort()).toEqual([
    'Millrace WakeUpsLost',
    'TargetErrorCount + InvocationDroppedCount',
  ]);
  const [group] = resourceAt(sleeping, 'AWS::Scheduler::ScheduleGroup', 'MillraceWakeUps');
  const dropped = alarmsOf(sleeping).find(({ Metrics }) =>
    /TargetError/.test(JSON.stringify(Metrics)),
  );
  expect(JSON.stringify(dropped)).toContain(
    JSON.stringify([{ Name: 'ScheduleGroup', Value: { Ref: group } }]),
  );
});

describe('queues on SQS', () => {
  const ofQueue = (end: string) => {
    const added = alarmsOf(queued).filter(({ AlarmDescription }) => /#sqs-/.test(AlarmDescription));
    return added.filter((alarm) => JSON.stringify(alarm).includes(end));
  };

  test('add alarms of their functions, and two of each queue', () => {
    const [before, after] = [metricsOf({}), metricsOf(onSqs)];
    expect(after.length - before.length).toBe(2 + 2 * 2);
    expect(after.filter((metric) => !before.includes(metric)).toSorted()).toEqual([
      'AWS/SQS ApproximateAgeOfOldestMessage',
      'AWS/SQS ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible + ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible + ApproximateNumberOfMessagesNotVisible',
      'Errors + Errors',
    ]);
  });

  test('ring when a message is in one for an hour', () => {
    for (const name of ['mails', 'ledger']) {
      const [queue] = resourceAt(queued, 'AWS::SQS::Queue', `MillraceSqsQueues${name}Queue`);
      expect(ofQueue(queue)).toMatchObject([
        {
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
          Statistic: 'Maximum',
          Threshold: 3_600,
          EvaluationPeriods: 3,
          DatapointsToAlarm: 2,
        },
      ]);
    }
  });

  test('ring when dead letters have stayed for half an hour, whether they are tried again or not', () => {
    for (const name of ['mails', 'ledger']) {
      const [dead] = resourceAt(queued, 'AWS::SQS::Queue', `MillraceSqsQueues${name}Dead`);
      expect(ofQueue(dead)).toMatchObject([{ Threshold: 1, EvaluationPeriods: 6 }]);
    }
  });
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

test.each([
  ['Errors', 1],
  ['5xx', 1],
  ['DatabaseRefused', 1],
  ['OldestWaiting', 600],
  // 97 % of the timeout.
  ['Duration', 53_350],
])('one bad minute of %s does not ring, two of five do', (MetricName, Threshold) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName,
    Threshold,
    Period: 60,
    EvaluationPeriods: 5,
    DatapointsToAlarm: 2,
    TreatMissingData: 'notBreaching',
  });
});

test('metrics are looked for as which the functions of this stack write them', () => {
  const own = alarmsOf(template).filter(({ Namespace }) => Namespace === 'Millrace');
  expect(own).toHaveLength(3);
  for (const path of ['MillraceConsumer', 'MillraceHttp']) {
    const [, { Properties }] = resourceAt(template, 'AWS::Lambda::Function', path);
    const { MILLRACE_METRICS, MILLRACE_DEPLOYMENT } = Properties.Environment.Variables;
    expect(MILLRACE_METRICS).toBe('drain');
    for (const { Dimensions } of own)
      expect(Dimensions).toEqual([{ Name: 'Deployment', Value: MILLRACE_DEPLOYMENT }]);
  }
});

test('without metrics the functions are told nothing, and the alarms that need them are left out', () => {
  const off = synthesize({ metrics: false, sleep: true });
  expect(JSON.stringify(off.toJSON())).not.toContain('MILLRACE_METRICS');
  expect(alarmsOf(off).filter(({ Namespace }) => Namespace === 'Millrace')).toEqual([]);
  expect(alarmsOf(off)).toHaveLength(alarmsOf(sleeping).length - 4);
});

test('a topic hears of every alarm and of its end', () => {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
  for (const alarm of alarmsOf(synthesize({ alarms: { topicArn } })))
    expect(alarm).toMatchObject({ AlarmActions: [topicArn], OKActions: [topicArn] });
});

test('where ticks are rare, they are counted and not minutes, which would never come together', () => {
  const rare = synthesize({ tickEvery: Duration.minutes(15) });
  for (const [MetricName, expected] of [
    ['Invocations', { EvaluationPeriods: 5, Threshold: 1 }],
    ['Errors', { EvaluationPeriods: 5, DatapointsToAlarm: 2 }],
    ['OldestWaiting', { Threshold: 9_000 }],
  ] as const)
    rare.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, Period: 900, ...expected });
});

describe('a runbook', () => {
  test('that is published somewhere is linked there', () => {
    const runbookUrl = 'https://wiki.example/millrace';
    for (const { AlarmDescription } of alarmsOf(synthesize({ alarms: { runbookUrl } })))
      expect(AlarmDescription).toMatch(/ https:\/\/wiki\.example\/millrace#[a-z-]+$/);
  });

  test.each(['docs/runbook.md', '/millrace', 'javascript:alert(1)', ''])(
    'is not at what no browser opens: "%s"',
    (runbookUrl) => {
      expect(() => synthesize({ alarms: { runbookUrl } })).toThrow(
        /alarms\.runbookUrl is a URL that begins with https:\/\//,
      );
    },
  );
});

describe('an operator', () => {
  test.each(alarmNames)('switches %s off by its name', (name) => {
    const props = propsWith(name);
    const all = alarmsOf(synthesize(props));
    const left = alarmsOf(synthesize({ ...props, alarms: { [name]: false } }));
    const isIt = ({ AlarmDescription }: { AlarmDescription: string }) =>
      AlarmDescription.includes(`#${anchorOf(name)} `);
    expect(all.filter(isIt).length).toBeGreaterThan(0);
    expect(left).toEqual(all.filter((alarm) => !isIt(alarm)));
  });

  test('chooses from when on an alarm rings', () => {
    const chosen = synthesize({
      alarms: {
        oldestWaiting: { minutes: 30 },
        consumerHeartbeat: { ticks: 15 },
        consumerDuration: { percent: 80 },
        httpLatency: { milliseconds: 500 },
        deadLetters: { count: 100 },
      },
    });
    for (const [MetricName, expected] of [
      ['OldestWaiting', { Threshold: 1_800 }],
      ['Invocations', { EvaluationPeriods: 15, Threshold: 1 }],
      ['Duration', { Threshold: 44_000 }],
      ['RequestTime', { Threshold: 500, ExtendedStatistic: 'p99' }],
      ['Dead', { Threshold: 100, Period: 300 }],
    ] as const)
      chosen.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, ...expected });
  });

  test.each(alarmNames)('is told the range of %s', (name) => {
    const { unit, from, to } = thresholds[name];
    const sentence = `alarms.${name} is false or { ${unit}: a whole number from ${from} to ${to} }`;
    for (const wrong of [from - 1, to + 1, from + 0.5, Number.NaN]) {
      const alarms = { [name]: { [unit]: wrong } };
      expect(() => synthesize({ ...propsWith(name), alarms })).toThrow(sentence);
    }
  });
});
