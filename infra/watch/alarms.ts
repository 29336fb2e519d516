// Alarms that ring when deliveries stop moving, die, or callers are turned away. docs/runbook.md says what to do.
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmsOf } from './alarm-list.ts';
import type { AlarmOf, Watched } from './alarm-of.ts';
import { type AlarmOptions, thresholdOf } from './alarm-options.ts';
import { runbookLink } from './runbook-link.ts';

export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, options: AlarmOptions, watched: Watched) {
    super(scope, id);
    const { topicArn } = options;
    const action = topicArn && new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn));
    this.all = alarmsOf(watched).flatMap((alarm) => this.create(alarm, options));
    if (!action) return;
    for (const alarm of this.all) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  /** The id, without the queue, is also the heading in the runbook: `ConsumerErrors` is explained under "Consumer errors". */
  private create(
    { name, queue, means, metric, measure, scale, rule }: AlarmOf,
    options: AlarmOptions,
  ): Alarm[] {
    const threshold = thresholdOf(options, name, scale);
    if (threshold === undefined) return [];
    measure?.(this);
    const heading = name.charAt(0).toUpperCase() + name.slice(1);
    const alarmDescription = `${means} Runbook: ${runbookLink(options.runbookUrl, heading)}`;
    const id = queue === undefined ? heading : `${heading}-${queue}`;
    return [metric.createAlarm(this, id, { ...rule(threshold), alarmDescription })];
  }
}
