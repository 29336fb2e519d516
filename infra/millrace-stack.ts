// One deployment of Millrace, and what its operator needs to find it.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Millrace, type MillraceProps } from './millrace.ts';

export interface MillraceStackProps extends StackProps {
  readonly millrace?: MillraceProps;
}

export class MillraceStack extends Stack {
  constructor(scope: Construct, id: string, { millrace, ...props }: MillraceStackProps = {}) {
    super(scope, id, props);
    const { api, consumer, http } = new Millrace(this, 'Millrace', millrace);
    this.output('HttpApiUrl', api.url);
    this.output('ConsumerFunction', consumer.handler.functionName);
    this.output('ConsumerLogs', consumer.logs.logGroupName);
    this.output('HttpLogs', http.logs.logGroupName);
    this.output('ApiAccessLogs', api.accessLogs.logGroupName);
  }

  private output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
