// What the dashboard shows.
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from './alarm-of.ts';
import type { MetricsLevel } from './own-metrics.ts';

export interface Shown extends Watched {
  readonly level: MetricsLevel | undefined;
  readonly alarms: readonly Alarm[];
  readonly runbookUrl: string | undefined;
}
