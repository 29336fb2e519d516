// Alarms of a deployment with queues on SQS. SQS and Lambda count what they look at by themselves.
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ClassOnSqs, QueueOnSqs } from '#infra/sqs/queue-on-sqs.ts';
import { type AlarmOf, sumOf, type WatchedSqs } from './alarm-of.ts';
import {
  eachMinute,
  fiveMinutes,
  halfAnHour,
  tenMinutesOfFifteen,
  twoOfFive,
} from './alarm-rules.ts';

export const sqsAlarms = (watched: WatchedSqs): readonly AlarmOf[] => [
  ...functionAlarms(watched),
  ...watched.queues.flatMap(queueAlarms),
];

const functionAlarms = ({ consumer, deadLetters }: WatchedSqs): readonly AlarmOf[] => [
  {
    name: 'sqsErrors',
    means: 'Invocations for SQS fail: what they held comes back after its visibility timeout.',
    metric: sumOf({
      consumer: consumer.handler.metricErrors(eachMinute),
      deadLetters: deadLetters.handler.metricErrors(eachMinute),
    }),
    rule: twoOfFive,
  },
  {
    name: 'sqsThrottles',
    means: 'The account has no room for an invocation for SQS: its messages wait.',
    metric: sumOf({
      consumer: consumer.handler.metricThrottles(eachMinute),
      deadLetters: deadLetters.handler.metricThrottles(eachMinute),
    }),
    rule: twoOfFive,
  },
];

const queueAlarms = ({ name, classes, dead }: QueueOnSqs): readonly AlarmOf[] => [
  ...classes.map(oldestAlarm),
  {
    name: 'sqsDeadLetters',
    queue: name,
    means: `Messages stay in the dead-letter queue of "${name}": Postgres does not know of them.`,
    metric: sumOf(depthOf(dead)),
    rule: halfAnHour,
  },
];

const oldestAlarm = ({ id, title, queue }: ClassOnSqs): AlarmOf => ({
  name: 'sqsOldest',
  queue: id,
  means: `A message is in the SQS queue of ${title} for longer than its limit.`,
  metric: queue.metricApproximateAgeOfOldestMessage(fiveMinutes),
  rule: (minutes) => tenMinutesOfFifteen(minutes * 60),
});

/** What is being tried again is not visible, and as little stored as the rest. */
const depthOf = (dead: Queue) => ({
  visible: dead.metricApproximateNumberOfMessagesVisible(fiveMinutes),
  taken: dead.metricApproximateNumberOfMessagesNotVisible(fiveMinutes),
});
