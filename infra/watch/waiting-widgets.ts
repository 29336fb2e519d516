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
    width: 12,
  });
  const chords = openChords(deployment);
  if (level !== 'queues') return [oldest, chords];
  return [
    oldest,
    chords,
    ofQueues(deployment, 'OldestWaiting', 'Oldest waiting delivery of each queue, in seconds'),
    ofQueues(deployment, 'Pending', 'Pending'),
    ofQueues(deployment, 'Processing', 'Processing'),
    ofQueues(deployment, 'Scheduled', 'Scheduled'),
    ofQueues(deployment, 'Blocked', 'Blocked'),
    new GraphWidget({
      title: 'The hot table',
      left: [ownMetric(deployment, 'DeadTuples', { ...eachMinute, statistic: 'Maximum' })],
      right: [ownMetric(deployment, 'OldestSnapshot', { ...eachMinute, statistic: 'Maximum' })],
      width: 12,
    }),
  ];
}

/** Which wait for their members, or, where what follows is refused, for somebody who mends that. */
function openChords(deployment: string): GraphWidget {
  const most = { ...eachMinute, statistic: 'Maximum' };
  return new GraphWidget({
    title: 'Chords, and how long the oldest is open, in seconds',
    left: [
      ownMetric(deployment, 'ChordsOpen', most),
      ownMetric(deployment, 'ChordsRefused', most),
      ownMetric(deployment, 'ChordsEnded', eachMinute),
    ],
    right: [ownMetric(deployment, 'OldestChord', most)],
    width: 12,
  });
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
