// Alarms that ring when deliveries stop moving or callers are turned away. docs/runbook.md says what to do.
import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type CreateAlarmOptions,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { QueueApi } from '#infra/api/queue-api.ts';

export interface AlarmOptions {
  /** The SNS topic that hears of an alarm and of its end. Default: none, alarms only show in CloudWatch. */
  readonly topicArn?: string;
  /** Where the runbook is read. Default `docs/runbook.md`, its place in the repository. */
  readonly runbookUrl?: string;
}

export interface AlarmsProps extends AlarmOptions {
  readonly consumer: IFunction;
  readonly api: QueueApi;
  /** Whether the deployment sleeps, so that hours without an invocation are as they should be. Default false. */
  readonly isSleeping?: boolean;
}

const eachMinute = { period: Duration.minutes(1), statistic: 'Sum' };

/** Two, because one bad minute is what a waking database or a deployment looks like. */
const twoMinutesOfFive: CreateAlarmOptions = {
  threshold: 1,
  evaluationPeriods: 5,
  datapointsToAlarm: 2,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

const noneInFiveMinutes: CreateAlarmOptions = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 5,
  // A function that is not invoked reports no zero; it reports nothing.
  treatMissingData: TreatMissingData.BREACHING,
};

export class Alarms extends Construct {
  private readonly runbookUrl: string;
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { consumer, api, topicArn, runbookUrl = 'docs/runbook.md' } = props;
    this.runbookUrl = runbookUrl;
    this.action = topicArn ? new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn)) : undefined;
    this.add('ConsumerErrors', consumer.metricErrors(eachMinute), {
      alarmDescription: 'Ticks fail: deliveries wait or are attempted again.',
      ...twoMinutesOfFive,
    });
    if (!props.isSleeping)
      this.add('ConsumerHeartbeat', consumer.metricInvocations(eachMinute), {
        alarmDescription: 'No tick has reached the consumer for five minutes: deliveries wait.',
        ...noneInFiveMinutes,
      });
    this.add('HttpServerErrors', api.stage.metricServerError(eachMinute), {
      alarmDescription: 'Callers get answers of 500 and above: messages are not accepted.',
      ...twoMinutesOfFive,
    });
  }

  /** The id is also the heading in the runbook: `ConsumerErrors` is explained under "Consumer errors". */
  private add(id: string, metric: Metric, rule: CreateAlarmOptions): void {
    const anchor = id.replace(/\B[A-Z]/g, '-$&').toLowerCase();
    const alarmDescription = `${rule.alarmDescription} Runbook: ${this.runbookUrl}#${anchor}`;
    const alarm = metric.createAlarm(this, id, { ...rule, alarmDescription });
    if (!this.action) return;
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }
}
