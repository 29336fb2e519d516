import {
  GraphWidget,
  type IMetric,
  type IWidget,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { WatchedSqs } from './alarm-of.ts';
import { eachMinute } from './alarm-rules.ts';

/** What queues on SQS take and give, what stays in them, and how their functions fare. */
export const sqsWidgets = (watched: WatchedSqs): IWidget[] => [
  ...queueWidgets(watched),
  ...functionWidgets(watched),
];

function queueWidgets({ queues }: WatchedSqs): IWidget[] {
  const ofEach = (metricOf: (queue: Queue, how: MetricOptions) => IMetric) =>
    queues
      .flatMap(({ classes }) => classes)
      .map(({ id, queue }) => metricOf(queue, { ...eachMinute, label: id }));
  const deepest = { statistic: 'Maximum' };
  return [
    new GraphWidget({
      title: 'Sent to SQS, and deleted after its handler',
      left: ofEach((queue, how) => queue.metricNumberOfMessagesSent(how)),
      right: ofEach((queue, how) => queue.metricNumberOfMessagesDeleted(how)),
      width: 8,
    }),
    new GraphWidget({
      title: 'In SQS: visible or delayed, and in flight or waiting for a retry',
      left: [
        ...ofEach((queue, how) =>
          queue.metricApproximateNumberOfMessagesVisible({ ...how, ...deepest }),
        ),
        ...ofEach((queue, how) =>
          queue.metricApproximateNumberOfMessagesDelayed({ ...how, ...deepest }),
        ),
      ],
      right: ofEach((queue, how) =>
        queue.metricApproximateNumberOfMessagesNotVisible({ ...how, ...deepest }),
      ),
      width: 8,
    }),
    new GraphWidget({
      title: 'Age of the oldest in seconds, and dead letters not stored',
      left: ofEach((queue, how) =>
        queue.metricApproximateAgeOfOldestMessage({ ...how, ...deepest }),
      ),
      right: queues.map(({ name, dead }) =>
        dead.metricApproximateNumberOfMessagesVisible({ ...eachMinute, ...deepest, label: name }),
      ),
      width: 8,
    }),
  ];
}

function functionWidgets({ consumer: { handler: consumer }, deadLetters }: WatchedSqs): IWidget[] {
  const { handler: dead } = deadLetters;
  return [
    new GraphWidget({
      title: 'Batches of SQS',
      left: [
        consumer.metricInvocations({ ...eachMinute, label: 'invocations of the SQS consumer' }),
        dead.metricInvocations({ ...eachMinute, label: 'invocations for dead letters' }),
      ],
      right: [
        consumer.metricDuration({ statistic: 'p50', label: 'SQS consumer p50' }),
        consumer.metricDuration({ statistic: 'Maximum', label: 'longest of the SQS consumer' }),
      ],
      width: 12,
    }),
    new GraphWidget({
      title: 'Failing invocations for SQS',
      left: [
        consumer.metricErrors({ ...eachMinute, label: 'errors of the SQS consumer' }),
        dead.metricErrors({ ...eachMinute, label: 'errors for dead letters' }),
        consumer.metricThrottles({ ...eachMinute, label: 'throttles of the SQS consumer' }),
        dead.metricThrottles({ ...eachMinute, label: 'throttles for dead letters' }),
      ],
      width: 12,
    }),
  ];
}
