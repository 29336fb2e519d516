// One deployment of Millrace, and what its operator needs to find it.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Millrace, type MillraceProps } from './millrace.ts';
import { stackTags } from './stack-tags.ts';

export interface MillraceStackProps extends StackProps {
  readonly millrace?: MillraceProps;
}

export class MillraceStack extends Stack {
  /** For what the properties do not have: `bucket.grantRead(stack.millrace.consumer.handler)`. */
  readonly millrace: Millrace;

  constructor(scope: Construct, id: string, { millrace, ...props }: MillraceStackProps = {}) {
    super(scope, id, { ...props, tags: stackTags(millrace?.stage, props.tags) });
    this.millrace = new Millrace(this, 'Millrace', millrace);
    const { api, consumer, http, migrations } = this.millrace;
    this.output('HttpApiUrl', api.url);
    if (api.domain) this.output('HttpApiTarget', api.domain.regionalDomainName);
    this.output('ConsumerFunction', consumer.handler.functionName);
    this.output('MigrationFunction', migrations.function.handler.functionName);
    this.output('ConsumerLogs', consumer.logs.logGroupName);
    this.output('HttpLogs', http.logs.logGroupName);
    this.output('ApiAccessLogs', api.accessLogs.logGroupName);
  }

  private output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
