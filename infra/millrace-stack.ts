// One deployment of Millrace, and what its operator needs to find it.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Millrace } from './millrace.ts';
import type { MillraceProps } from './millrace-props.ts';
import { stackTags } from './stack-tags.ts';

/** Properties of a stack, and of the Millrace in it. */
export interface MillraceStackProps extends StackProps {
  /** Default: everything has its default. */
  readonly millrace?: MillraceProps;
}

/**
 * A stack with a Millrace, and the outputs by which its operator finds it. Throws as `Millrace` does, and a TypeError for tags
 * that AWS would refuse.
 *
 * @example
 * ```ts
 * new MillraceStack(app, 'Millrace', { env: { region: 'eu-central-1' }, millrace: { eager: true } });
 * ```
 */
export class MillraceStack extends Stack {
  /** The Millrace in it, for what the properties do not have: `bucket.grantRead(stack.millrace.consumer.handler)`. */
  readonly millrace: Millrace;

  constructor(scope: Construct, id: string, { millrace, ...props }: MillraceStackProps = {}) {
    super(scope, id, { ...props, tags: stackTags(millrace?.stage, props.tags) });
    this.millrace = new Millrace(this, 'Millrace', millrace);
    const { api, consumer, http, migration, sqs } = this.millrace;
    this.output('HttpApiUrl', api.url);
    if (api.domain) this.output('HttpApiTarget', api.domain.regionalDomainName);
    this.output('ConsumerFunction', consumer.handler.functionName);
    this.output('MigrationFunction', migration.handler.functionName);
    this.output('ConsumerLogs', consumer.logs.logGroupName);
    this.output('HttpLogs', http.logs.logGroupName);
    this.output('ApiAccessLogs', api.accessLogs.logGroupName);
    if (!sqs) return;
    this.output('SqsConsumerFunction', sqs.consumer.handler.functionName);
    this.output('SqsConsumerLogs', sqs.consumer.logs.logGroupName);
    this.output('SqsDeadLetterLogs', sqs.deadLetters.logs.logGroupName);
  }

  private output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
