// How long requests take, as the lines that the http function logs for them say it. API Gateway's own latency counts a request that is
// held to watch a message like one that is slow, and an alarm on it would ring wherever somebody watches.
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { NAMESPACE } from '#functions/metrics.ts';

const metricName = 'RequestTime';

// A metric of log lines cannot have the deployment's name as its dimension, since no line has it.
const namespaceOf = (deployment: string) => `${NAMESPACE}/${deployment}`;

/** In milliseconds, of all requests that were not held. */
export const requestTime = (deployment: string, how: MetricOptions) =>
  new Metric({ namespace: namespaceOf(deployment), metricName, ...how });

/** Lets CloudWatch make that metric of the lines in the log group. */
export function measureRequestTime(scope: Construct, deployment: string, logGroup: LogGroup): void {
  new MetricFilter(scope, metricName, {
    logGroup,
    filterPattern: FilterPattern.all(
      FilterPattern.stringValue('$.message', '=', 'request'),
      FilterPattern.notExists('$.heldMs'),
    ),
    metricNamespace: namespaceOf(deployment),
    metricName,
    metricValue: '$.durationMs',
  });
}
