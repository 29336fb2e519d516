import { GraphWidget, type IWidget, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { DEPLOYMENT, NAMESPACE, QUEUE, type QueueMetric } from '#functions/metrics.ts';
import { eachMinute } from './alarm-rules.ts';
import { ownMetric } from './own-metrics.ts';
import type { Shown } from './shown.ts';

/** The oldest that waits and, where each queue is measured, which queue it is in and what else is there. */
export function waitingWidgets({ deployment, level }: Shown): IWidget[] {
  if (deployment === undefined)
    return [
      new TextWidget({
        markdown: 'Known to the functions alone: switch `metrics` on.',
        width: 24,
        height: 1,
      }),
    ];
  const oldest = new GraphWidget({
    title: 'Oldest waiting delivery, in seconds',
    left: [ownMetric(deployment, 'OldestWaiting', { ...eachMinute, statistic: 'Maximum' })],
    width: level === 'queues' ? 12 : 24,
  });
  if (level !== 'queues') return [oldest];
  return [
    oldest,
    ofQueues(deployment, 'OldestWaiting', 'Oldest waiting delivery of each queue, in seconds'),
    ofQueues(deployment, 'Pending', 'Pending'),
    ofQueues(deployment, 'Processing', 'Processing'),
    ofQueues(deployment, 'Scheduled', 'Scheduled'),
    ofQueues(deployment, 'Blocked', 'Blocked'),
    new GraphWidget({
      title: 'The hot table',
      left: [ownMetric(deployment, 'DeadTuples', { ...eachMinute, statistic: 'Maximum' })],
      right: [ownMetric(deployment, 'OldestSnapshot', { ...eachMinute, statistic: 'Maximum' })],
      width: 24,
    }),
  ];
}

/** Searched for, since the template does not know which queues there are. */
export function ofQueues(deployment: string, metric: QueueMetric, title: string): GraphWidget {
  const wanted = `{${NAMESPACE},${DEPLOYMENT},${QUEUE}} ${DEPLOYMENT}="${deployment}" MetricName="${metric}"`;
  const search = new MathExpression({
    expression: `SEARCH('${wanted}', 'Maximum', 60)`,
    label: '',
    usingMetrics: {},
  });
  return new GraphWidget({ title, left: [search], width: 12 });
}
