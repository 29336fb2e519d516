import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** A function of a deployment. It can be granted what its code needs of AWS: `bucket.grantRead(millrace.consumer)`. */
export interface DeployedFunction extends Construct, IGrantable {
  /** The Lambda function. */
  readonly handler: LambdaFunction;
  /** Where it writes its logs. */
  readonly logs: LogGroup;
}
