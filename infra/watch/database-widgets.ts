import {
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Shown } from './shown.ts';

/**
 * Where there are several, which of them is behind, or away. Metrics are those of the whole deployment, since each would cost as much
 * again for each database; the lines of the log that they are made of say which database they are about.
 */
export function databaseWidgets({ consumerLogs, deployment, databases }: Shown): IWidget[] {
  if (databases === 1 || deployment === undefined) return [];
  return [
    new LogQueryWidget({
      title: 'What each database has done, and the oldest that waited there, in seconds',
      logGroupNames: [consumerLogs.logGroupName],
      view: LogQueryVisualizationType.TABLE,
      queryLines: [
        'filter message = "figures" and ispresent(database)',
        'stats sum(Claimed) as claimed, sum(Done) as done, sum(Dead) as dead, sum(DatabaseRefused) as refused, max(OldestWaiting) as oldest, latest(@timestamp) as seen by database',
        'sort database asc',
      ],
      width: 24,
    }),
  ];
}
