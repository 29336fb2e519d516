// All alarms of a deployment: what each looks at, and what it means. docs/runbook.md says what to do about it.
import type { Duration } from 'aws-cdk-lib';
import {
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeployedApi } from '#infra/api/deployed-api.ts';
import type { AlarmName } from './alarm-options.ts';
import {
  atOnce,
  eachFiveMinutes,
  eachMinute,
  noneFor,
  tenMinutesOfFifteen,
  twoOfFive,
} from './alarm-rules.ts';
import { ownMetric } from './own-metrics.ts';
import { measureRequestTime, requestTime } from './request-time.ts';

export interface Watched {
  readonly consumer: LambdaFunction;
  readonly http: LambdaFunction;
  readonly api: DeployedApi;
  /** How often the consumer is invoked. Where it is seldom, two of five minutes would never come together. */
  readonly tick: Duration;
  /** Where the http function logs. */
  readonly httpLogs: LogGroup;
  /** What tells this deployment's metrics from those of others. */
  readonly name: string;
  /** The same when the functions write metrics; undefined when they write none. */
  readonly deployment: string | undefined;
  /** Where a deployment that sleeps keeps its wake-ups; undefined when it does not sleep. */
  readonly wakeUpGroup: string | undefined;
}

export interface AlarmOf {
  readonly name: AlarmName;
  readonly means: string;
  readonly metric: IMetric & { createAlarm: Metric['createAlarm'] };
  /** Has the metric made, where nobody writes it. */
  readonly measure?: (scope: Construct) => void;
  /** The threshold by default is so many times that of alarm-options.ts. */
  readonly scale?: number;
  /** From the threshold that the operator has chosen. */
  readonly rule: (threshold: number) => CreateAlarmOptions;
}

export const alarmsOf = (watched: Watched): readonly AlarmOf[] => [
  ...consumerAlarms(watched),
  ...httpAlarms(watched),
  ...(watched.wakeUpGroup === undefined ? [heartbeat(watched)] : [schedules(watched.wakeUpGroup)]),
  ...(watched.deployment === undefined ? [] : ownAlarms(watched.deployment, watched)),
];

function consumerAlarms({ consumer, http, tick, wakeUpGroup }: Watched): readonly AlarmOf[] {
  const eachTick = { ...eachMinute, period: tick };
  return [
    {
      name: 'consumerErrors',
      means: 'Ticks fail: deliveries wait or are attempted again.',
      metric: consumer.metricErrors(eachTick),
      rule: twoOfFive,
    },
    {
      name: 'consumerDuration',
      means:
        'Handlers do not stop in time: invocations of the consumer end close to their timeout.',
      metric: consumer.metricDuration({ ...eachTick, statistic: 'Maximum' }),
      rule: (percent) => twoOfFive(((consumer.timeout?.toMilliseconds() ?? 0) * percent) / 100),
    },
    {
      name: 'throttles',
      means: 'The account has no room for an invocation: messages are refused or wait.',
      metric: sumOf({
        consumer: consumer.metricThrottles(eachTick),
        http: http.metricThrottles(eachTick),
      }),
      rule: twoOfFive,
    },
    {
      name: 'droppedInvocations',
      means: 'Invocations of the consumer are given up before they have succeeded.',
      metric: consumer.metric('AsyncEventsDropped', eachTick),
      // The next tick makes good for one. Where the deployment sleeps there is none for hours.
      rule: wakeUpGroup === undefined ? twoOfFive : atOnce,
    },
  ];
}

const httpAlarms = ({ api, name, httpLogs }: Watched): readonly AlarmOf[] => [
  {
    name: 'httpServerErrors',
    means: 'Callers get answers of 500 and above: messages are not accepted.',
    metric: api.stage.metricServerError(eachMinute),
    rule: twoOfFive,
  },
  {
    name: 'httpLatency',
    means: 'One request of a hundred takes longer than its limit.',
    metric: requestTime(name, { ...eachFiveMinutes, statistic: 'p99' }),
    measure: (scope) => measureRequestTime(scope, name, httpLogs),
    rule: tenMinutesOfFifteen,
  },
];

const heartbeat = ({ consumer, tick }: Watched): AlarmOf => ({
  name: 'consumerHeartbeat',
  means: 'No tick has reached the consumer although several were due: deliveries wait.',
  metric: consumer.metricInvocations({ ...eachMinute, period: tick }),
  rule: noneFor,
});

/** Without sleep the schedule is in the account's default group, whose metrics are those of everybody's schedules. */
function schedules(ScheduleGroup: string): AlarmOf {
  const ofGroup = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup },
      ...eachFiveMinutes,
    });
  return {
    name: 'droppedSchedules',
    means: 'Wake-ups do not reach the consumer: deliveries wait for the backstop.',
    metric: sumOf({
      failed: ofGroup('TargetErrorCount'),
      dropped: ofGroup('InvocationDroppedCount'),
    }),
    rule: atOnce,
  };
}

function ownAlarms(deployment: string, { tick, wakeUpGroup }: Watched): readonly AlarmOf[] {
  const all: readonly AlarmOf[] = [
    {
      name: 'oldestWaiting',
      means: 'A delivery is due for longer than its limit, and nobody has claimed it.',
      metric: ownMetric(deployment, 'OldestWaiting', { period: tick, statistic: 'Maximum' }),
      scale: tick.toMinutes(),
      rule: (minutes) => twoOfFive(minutes * 60),
    },
    {
      name: 'deadLetters',
      means: 'Deliveries have died: they are not handled unless somebody redrives them.',
      metric: ownMetric(deployment, 'Dead', eachFiveMinutes),
      rule: atOnce,
    },
    {
      name: 'databaseRefused',
      means: 'The database answers and refuses: login, rights, connections, disk or writes.',
      metric: ownMetric(deployment, 'DatabaseRefused', { ...eachMinute, period: tick }),
      rule: twoOfFive,
    },
  ];
  if (wakeUpGroup === undefined) return all;
  const lost: AlarmOf = {
    name: 'wakeUpsLost',
    means: 'Wake-ups could not be armed: deliveries may wait for the backstop.',
    metric: ownMetric(deployment, 'WakeUpsLost', eachFiveMinutes),
    rule: atOnce,
  };
  return [...all, lost];
}

/** Of metrics that are not sent while there is nothing to tell, and count as zero then. */
function sumOf(usingMetrics: Record<string, Metric>): MathExpression {
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  const [first] = Object.values(usingMetrics);
  return new MathExpression({
    expression,
    usingMetrics,
    ...(first && { period: first.period }),
  });
}
