// What alarms look at, and what one alarm is.
import type { Duration } from 'aws-cdk-lib';
import {
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DeployedApi } from '#infra/api/deployed-api.ts';
import type { DeployedFunction } from '#infra/function/deployed-function.ts';
import type { QueueOnSqs } from '#infra/sqs/queue-on-sqs.ts';
import type { AlarmName } from './alarm-options.ts';

export interface Watched {
  readonly consumer: LambdaFunction;
  /** Each has an invocation of the consumer at every tick. */
  readonly databases: number;
  readonly http: LambdaFunction;
  readonly api: DeployedApi;
  /** How often the consumer is invoked. Where it is seldom, two of five minutes would never come together. */
  readonly tick: Duration;
  /** Where the consumer logs. */
  readonly consumerLogs: LogGroup;
  /** Where the http function logs. */
  readonly httpLogs: LogGroup;
  /** What tells this deployment's metrics from those of others. */
  readonly name: string;
  /** The same when the functions write metrics; undefined when they write none. */
  readonly deployment: string | undefined;
  /** Where a deployment that sleeps keeps its wake-ups; undefined when it does not sleep. */
  readonly wakeUpGroup: string | undefined;
  /** What its queues on SQS need; undefined when it has none. */
  readonly sqs: WatchedSqs | undefined;
}

export interface WatchedSqs {
  readonly consumer: DeployedFunction;
  readonly deadLetters: DeployedFunction;
  readonly queues: readonly QueueOnSqs[];
}

export interface AlarmOf {
  readonly name: AlarmName;
  /** The queue that it looks at, where each has an alarm of its own. */
  readonly queue?: string;
  readonly means: string;
  readonly metric: IMetric & { createAlarm: Metric['createAlarm'] };
  /** Has the metric made, where nobody writes it. */
  readonly measure?: (scope: Construct) => void;
  /** The threshold by default is so many times that of alarm-options.ts. */
  readonly scale?: number;
  /** From the threshold that the operator has chosen. */
  readonly rule: (threshold: number) => CreateAlarmOptions;
}

/** Of metrics that are not sent while there is nothing to tell, and count as zero then. */
export function sumOf(usingMetrics: Record<string, Metric>): MathExpression {
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  const [first] = Object.values(usingMetrics);
  return new MathExpression({
    expression,
    usingMetrics,
    ...(first && { period: first.period }),
  });
}
