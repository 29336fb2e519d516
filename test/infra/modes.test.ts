// The modes of a deployment: sleep, eager and hand-over, each alone and all together.
import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import {
  CONSUMER_ARN,
  EAGER,
  HAND_OVER,
  WAKE_UP_GROUP,
  WAKE_UP_ROLE,
} from '#functions/environment.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const plain = synthesize().toJSON();

const modeNames = [WAKE_UP_GROUP, WAKE_UP_ROLE, CONSUMER_ARN, EAGER, HAND_OVER];

/** What a function is told of the modes. */
function toldTo(path: string, props: MillraceProps): Record<string, unknown> {
  const [, { Properties }] = resourceAt(synthesize(props), 'AWS::Lambda::Function', path);
  const told = Object.entries(Properties.Environment.Variables);
  return Object.fromEntries(told.filter(([name]) => modeNames.includes(name)));
}

const idOf = (type: string, path: string) => resourceAt(synthesize({ sleep: true }), type, path)[0];
const consumerArn = {
  'Fn::GetAtt': [idOf('AWS::Lambda::Function', 'MillraceConsumer'), 'Arn'],
};
const wakeUps = {
  [WAKE_UP_GROUP]: { Ref: idOf('AWS::Scheduler::ScheduleGroup', 'MillraceWakeUps') },
  [WAKE_UP_ROLE]: { 'Fn::GetAtt': [idOf('AWS::IAM::Role', 'MillraceWakeUps'), 'Arn'] },
};

const combinations: [MillraceProps, http: object, consumer: object][] = [
  [{}, {}, {}],
  [{ sleep: true }, { ...wakeUps, [CONSUMER_ARN]: consumerArn }, wakeUps],
  [{ eager: true }, { [EAGER]: 'on', [CONSUMER_ARN]: consumerArn }, { [EAGER]: 'on' }],
  [{ handOver: 8 }, {}, { [HAND_OVER]: '8' }],
  [
    { sleep: true, eager: true },
    { ...wakeUps, [EAGER]: 'on', [CONSUMER_ARN]: consumerArn },
    { ...wakeUps, [EAGER]: 'on' },
  ],
  [
    { sleep: true, handOver: 1 },
    { ...wakeUps, [CONSUMER_ARN]: consumerArn },
    { ...wakeUps, [HAND_OVER]: '1' },
  ],
  [
    { eager: true, handOver: 100 },
    { [EAGER]: 'on', [CONSUMER_ARN]: consumerArn },
    { [EAGER]: 'on', [HAND_OVER]: '100' },
  ],
  [
    { sleep: true, eager: true, handOver: 3 },
    { ...wakeUps, [EAGER]: 'on', [CONSUMER_ARN]: consumerArn },
    { ...wakeUps, [EAGER]: 'on', [HAND_OVER]: '3' },
  ],
];

test.each(combinations)(
  '%j tells the functions what they need to know',
  (props, http, consumer) => {
    expect(toldTo('MillraceHttp', props)).toEqual(http);
    expect(toldTo('MillraceConsumer', props)).toEqual(consumer);
    expect(toldTo('MillraceMigrations', props)).toEqual({});
  },
);

test('a mode that is off leaves the template as it is without it', () => {
  expect(synthesize({ eager: false }).toJSON()).toEqual(plain);
  const kinds = JSON.stringify(plain);
  expect(kinds).not.toContain('AWS::Scheduler::ScheduleGroup');
  for (const name of modeNames) expect(kinds).not.toContain(name);
});

describe('sleep', () => {
  const scheduleOf = (props: MillraceProps) =>
    resourcesOf(synthesize(props), 'AWS::Scheduler::Schedule')[0]?.[1].Properties;

  test.each([
    [true, 'rate(6 hours)'],
    [{}, 'rate(6 hours)'],
    [{ backstop: Duration.minutes(15) }, 'rate(15 minutes)'],
    [{ backstop: Duration.minutes(90) }, 'rate(90 minutes)'],
    [{ backstop: Duration.hours(24) }, 'rate(1 day)'],
  ] as const)('%j leaves a schedule that fires at %s', (sleep, rate) => {
    expect(scheduleOf({ sleep }).ScheduleExpression).toBe(rate);
  });

  test.each([
    Duration.minutes(14),
    Duration.seconds(1_000),
    Duration.hours(25),
    Duration.minutes(0),
  ])('a backstop of $amount is refused with what is expected', (backstop) => {
    expect(() => synthesize({ sleep: { backstop } })).toThrow(
      /backstop of sleep is a whole number of minutes from 15 minutes to 24 hours; got \d+/,
    );
  });

  test('an invocation that fails is repeated, since no tick follows within the minute', () => {
    const template = synthesize({ sleep: true });
    const twice = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3_600 };
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: resourceAt(template, 'AWS::Lambda::Function', 'MillraceConsumer')[0] },
      ...twice,
    });
    expect(scheduleOf({ sleep: true }).Target.RetryPolicy).toEqual(twice);
  });

  test('no alarm rings because nothing happens', () => {
    const metrics = resourcesOf(synthesize({ sleep: true }), 'AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => Properties.MetricName,
    );
    expect(metrics).not.toContain('Invocations');
  });

  test('the group of wake-ups goes with the stack, and has no name that a second stack would want', () => {
    const [, group] = resourceAt(
      synthesize({ sleep: true }),
      'AWS::Scheduler::ScheduleGroup',
      'MillraceWakeUps',
    );
    expect(group.Properties?.Name).toBeUndefined();
    expect(group).not.toHaveProperty('DeletionPolicy');
  });
});

describe('handOver', () => {
  test.each([0, -1, 1.5, 101, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %d is refused with what is expected',
    (handOver) => {
      expect(() => synthesize({ handOver })).toThrow(
        `whole number of further invocations from 1 to 100; got ${handOver}`,
      );
    },
  );

  test('needs room for all of them where concurrency is reserved', () => {
    const reserving = (reservedConcurrentExecutions: number) => () =>
      synthesize({ handOver: 2, consumer: { reservedConcurrentExecutions } });
    expect(reserving(2)).toThrow('needs reservedConcurrentExecutions of 3 or more, or none; got 2');
    expect(reserving(3)).not.toThrow();
  });

  test('leaves Lambda to stop what would go round for ever', () => {
    const [, { Properties }] = resourceAt(
      synthesize({ handOver: 8 }),
      'AWS::Lambda::Function',
      'MillraceConsumer',
    );
    expect(Properties.RecursiveLoop ?? 'Terminate').toBe('Terminate');
  });
});
