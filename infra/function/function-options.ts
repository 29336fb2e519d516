// What an operator may change about the functions: of each, and of all together.
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Range } from './in-range.ts';

/** Less is not enough for Node, the driver, and the largest batch that a claim brings. */
export const memoryRange: Range = { from: 256, to: 10_240, of: 'MB' };

/** What may be changed about one function. */
export interface FunctionOptions {
  /** In MB, 256 to 10240. Its share of a processor grows with it; 1769 is a whole one. */
  readonly memorySize?: number | undefined;
  /** After which Lambda ends an invocation: whole seconds. */
  readonly timeout?: Duration | undefined;
}

/** How logs are kept, of all functions and of the API. */
export interface LogOptions {
  /** Default `RetentionDays.ONE_MONTH`. */
  readonly retention?: RetentionDays;
  /** Default `RemovalPolicy.DESTROY`: a log group goes with its stack. `RETAIN` leaves it, under its generated name. */
  readonly removalPolicy?: RemovalPolicy;
}

/** Where the functions are put: outside of any VPC, unless the database is in one. */
export interface NetworkOptions {
  /** From here they must reach the database and the services of AWS that they call: through NAT or interface endpoints. */
  readonly vpc: IVpc;
  /** Default: its private subnets. */
  readonly vpcSubnets?: SubnetSelection;
  /** Default: one for each function, which lets everything out and nothing in. */
  readonly securityGroups?: ISecurityGroup[];
}

/** The same for all functions. */
export interface SharedOptions {
  /** Default `Architecture.ARM_64`, which costs a fifth less than x86_64 for the same time. */
  readonly architecture?: Architecture | undefined;
  /** How all logs are kept. Default: for a month, and no longer than the stack. */
  readonly logs?: LogOptions | undefined;
  /** The VPC that the functions are put into. Default: none. */
  readonly network?: NetworkOptions | undefined;
}
