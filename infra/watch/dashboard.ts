// One look at a deployment: is work moving, what waits longest, what dies, what does it cost.
import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { costWidgets } from './cost-widgets.ts';
import { databaseWidgets } from './database-widgets.ts';
import { dyingWidgets } from './dying-widgets.ts';
import { movingWidgets } from './moving-widgets.ts';
import { runbookLink } from './runbook-link.ts';
import type { Shown } from './shown.ts';
import { sqsWidgets } from './sqs-widgets.ts';
import { waitingWidgets } from './waiting-widgets.ts';

export class WatchDashboard extends Construct {
  constructor(scope: Construct, id: string, shown: Shown) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(6) });
    dashboard.addWidgets(introduction(shown));
    if (shown.alarms.length > 0)
      dashboard.addWidgets(
        new AlarmStatusWidget({ alarms: [...shown.alarms], title: 'Alarms', width: 24, height: 3 }),
      );
    this.addRow(dashboard, 'Is work moving?', movingWidgets(shown));
    this.addRow(dashboard, 'What waits longest?', waitingWidgets(shown));
    this.addRow(dashboard, 'What dies, and what fails?', dyingWidgets(shown));
    const ofDatabases = databaseWidgets(shown);
    if (ofDatabases.length > 0) this.addRow(dashboard, 'How does each database fare?', ofDatabases);
    if (shown.sqs) this.addRow(dashboard, 'What does SQS carry?', sqsWidgets(shown.sqs));
    this.addRow(dashboard, 'What does it cost?', costWidgets(shown));
  }

  private addRow(dashboard: Dashboard, question: string, widgets: readonly IWidget[]): void {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 }));
    dashboard.addWidgets(...widgets);
  }
}

function introduction({ deployment, level, runbookUrl }: Shown): TextWidget {
  const runbook = runbookLink(runbookUrl);
  const lines = [
    `# Millrace${deployment === undefined ? '' : ` · ${deployment}`}`,
    `Runbook: ${runbookUrl === undefined ? runbook : `[${runbook}](${runbook})`}`,
    ...(level === undefined
      ? ['The functions write no metrics of their own: `metrics` is false.']
      : []),
  ];
  return new TextWidget({ markdown: lines.join('\n\n'), width: 24, height: 3 });
}
