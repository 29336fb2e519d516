import { GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { DeploymentMetric } from '#functions/metrics.ts';
import { eachMinute } from './alarm-rules.ts';
import { ownMetric } from './own-metrics.ts';
import type { Shown } from './shown.ts';
import { ofQueues } from './waiting-widgets.ts';

/** Deliveries that ended as dead letters or lost their lease, and what failed around them. */
export function dyingWidgets({ api, consumer, http, deployment, level }: Shown): IWidget[] {
  const failed = new GraphWidget({
    title: 'Failing requests and invocations',
    left: [
      api.stage.metricServerError({ ...eachMinute, label: 'answers of 500 and above' }),
      api.stage.metricClientError({ ...eachMinute, label: 'answers of 400 and above' }),
      consumer.metricErrors({ ...eachMinute, label: 'errors of the consumer' }),
      http.metricErrors({ ...eachMinute, label: 'errors of http' }),
      consumer.metricThrottles({ ...eachMinute, label: 'throttles of the consumer' }),
      http.metricThrottles({ ...eachMinute, label: 'throttles of http' }),
      consumer.metric('AsyncEventsDropped', { ...eachMinute, label: 'dropped invocations' }),
    ],
    width: 12,
  });
  if (deployment === undefined) return [failed];
  const count = (name: DeploymentMetric) => ownMetric(deployment, name, { ...eachMinute });
  const died = new GraphWidget({
    title: 'Deliveries that died, or lost their lease',
    left: [count('Dead'), count('Suspects'), count('Stale'), count('Released')],
    right: [count('DatabaseRefused')],
    width: 12,
  });
  const answered = new GraphWidget({
    title: 'What targets of webhooks answered',
    left: [count('Webhooks2xx'), count('Webhooks3xx'), count('Webhooks4xx')],
    right: [count('Webhooks5xx'), count('WebhooksNone')],
    width: 12,
  });
  if (level !== 'queues') return [died, failed, answered];
  return [
    died,
    failed,
    answered,
    ofQueues(deployment, 'DeadLetters', 'Dead letters of each queue'),
  ];
}
