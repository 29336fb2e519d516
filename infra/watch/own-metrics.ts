// The metrics that the functions write, as alarms and the dashboard ask for them; and how the functions are told to.
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { DEPLOYMENT, type DeploymentMetric, NAMESPACE } from '#functions/metrics.ts';

/** What the functions write. "drain": what is known anyway. "queues": depth and age of each queue too, for one statement a minute. */
export type MetricsLevel = 'drain' | 'queues';

/** deployment: as which the functions write them. */
export const ownMetric = (deployment: string, metricName: DeploymentMetric, how: MetricOptions) =>
  new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { [DEPLOYMENT]: deployment },
    ...how,
  });
