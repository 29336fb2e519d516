// Everything by which people watch a deployment: metrics of its functions, alarms, a dashboard.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEPLOYMENT_NAME, METRICS } from '#functions/environment.ts';
import type { Watched } from './alarm-of.ts';
import type { AlarmOptions } from './alarm-options.ts';
import { Alarms } from './alarms.ts';
import { WatchDashboard } from './dashboard.ts';
import type { MetricsLevel } from './own-metrics.ts';

/** How a deployment is watched. */
export interface WatchOptions {
  /** Which alarms there are, and when they ring. Default: all, and nobody is told. */
  readonly alarms?: AlarmOptions;
  /**
   * Which metrics the functions write. `drain`, the default: what is known anyway. `queues`: depth and age of each queue as well,
   * for one statement a minute. False: none, and the alarms that need them are left out.
   */
  readonly metrics?: false | MetricsLevel;
  /** Whether there is a dashboard, default true. An account has three dashboards free; each further one costs $3 a month. */
  readonly dashboard?: boolean;
}

/** `scope` is the construct as whose parts these are deployed. */
export function watch(
  scope: Construct,
  { alarms: alarmOptions = {}, metrics: level = 'drain', dashboard = true }: WatchOptions,
  parts: Omit<Watched, 'name' | 'deployment'>,
): void {
  const name = deploymentName(scope);
  const deployment = level ? name : undefined;
  const onSqs = parts.sqs ? [parts.sqs.consumer.handler, parts.sqs.deadLetters.handler] : [];
  if (level && deployment !== undefined)
    for (const handler of [parts.consumer, parts.http, ...onSqs])
      handler.addEnvironment(METRICS, level).addEnvironment(DEPLOYMENT_NAME, deployment);
  const watched = { ...parts, name, deployment };
  const { all: alarms } = new Alarms(scope, 'Alarms', alarmOptions, watched);
  const { runbookUrl } = alarmOptions;
  if (dashboard)
    new WatchDashboard(scope, 'Dashboard', {
      ...watched,
      level: level || undefined,
      alarms,
      runbookUrl,
    });
}

/** The stack's name; the metrics of a second Millrace in the same stack must not be mixed with those of the first. */
function deploymentName(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  return scope.node.id === 'Millrace' ? stackName : `${stackName}-${scope.node.id}`;
}
