import { GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { DeploymentMetric } from '#functions/metrics.ts';
import { eachMinute } from './alarm-rules.ts';
import { ownMetric } from './own-metrics.ts';
import type { Shown } from './shown.ts';

/** What comes in, what is done with it, and how long each step takes. */
export const movingWidgets = (shown: Shown): IWidget[] => [
  ...invocations(shown),
  ...(shown.deployment === undefined ? [] : deliveries(shown.deployment)),
];

const invocations = ({ api, consumer, http }: Shown): IWidget[] => [
  new GraphWidget({
    title: 'Requests, and ticks',
    left: [
      api.stage.metricCount({ ...eachMinute, label: 'HTTP requests' }),
      consumer.metricInvocations({ ...eachMinute, label: 'invocations of the consumer' }),
    ],
    width: 12,
  }),
  new GraphWidget({
    title: 'How long they take',
    left: [
      api.stage.metricLatency({ statistic: 'p50', label: 'HTTP p50' }),
      api.stage.metricLatency({ statistic: 'p99', label: 'HTTP p99' }),
      http.metricDuration({ statistic: 'Maximum', label: 'longest of the http function' }),
      consumer.metricDuration({ statistic: 'Maximum', label: 'longest of the consumer' }),
    ],
    width: 12,
  }),
];

function deliveries(deployment: string): IWidget[] {
  const count = (name: DeploymentMetric) => ownMetric(deployment, name, eachMinute);
  const times = (name: DeploymentMetric) =>
    ['p50', 'Maximum'].map((statistic) =>
      ownMetric(deployment, name, { statistic, label: `${name} ${statistic}` }),
    );
  return [
    new GraphWidget({
      title: 'Deliveries',
      left: [count('Claimed'), count('Done'), count('Retried'), count('Snoozed')],
      width: 8,
    }),
    new GraphWidget({
      title: 'How long handlers, claims and settles take',
      left: [...times('HandlerTime'), ...times('ClaimTime'), ...times('SettleTime')],
      width: 8,
    }),
    new GraphWidget({
      title: 'Wake-ups, and hand-overs',
      left: [count('WakeUpsArmed'), count('WakeUpsLost'), count('HandedOver')],
      width: 8,
    }),
  ];
}
