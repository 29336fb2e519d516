// All alarms of a deployment: what each looks at, and what it means. docs/runbook.md says what to do about it.
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmOf, sumOf, type Watched } from './alarm-of.ts';
import {
  atOnce,
  eachFiveMinutes,
  eachMinute,
  fewerThan,
  tenMinutesOfFifteen,
  twoOfFive,
} from './alarm-rules.ts';
import { ownMetric } from './own-metrics.ts';
import { measureRequestTime, requestTime } from './request-time.ts';
import { sqsAlarms } from './sqs-alarms.ts';

export const alarmsOf = (watched: Watched): readonly AlarmOf[] => [
  ...consumerAlarms(watched),
  ...httpAlarms(watched),
  ...(watched.wakeUpGroup === undefined ? [heartbeat(watched)] : [schedules(watched.wakeUpGroup)]),
  ...(watched.deployment === undefined ? [] : ownAlarms(watched.deployment, watched)),
  ...(watched.sqs === undefined ? [] : sqsAlarms(watched.sqs)),
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

const heartbeat = ({ consumer, tick, databases }: Watched): AlarmOf => ({
  name: 'consumerHeartbeat',
  means:
    databases > 1
      ? 'Not every database has had its ticks although several were due: deliveries wait.'
      : 'No tick has reached the consumer although several were due: deliveries wait.',
  metric: consumer.metricInvocations({ ...eachMinute, period: tick }),
  rule: (ticks) => fewerThan(databases, ticks),
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
