// What all our functions have in common: runtime, architecture, role, log group, bundling. Decided here, once.
import { Validations } from 'aws-cdk-lib';
import {
  type IPrincipal,
  ManagedPolicy,
  type PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '#bundling/bundle-function.ts';
import type { DatabaseUrl } from './database-url.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { type FunctionSource, functionCode } from './function-code.ts';
import type { SharedOptions } from './function-options.ts';
import { createLogGroup } from './log-group.ts';

export interface MillraceFunctionProps
  extends SharedOptions,
    Required<Pick<FunctionProps, 'description' | 'timeout' | 'memorySize'>>,
    Pick<
      FunctionProps,
      'environment' | 'maxEventAge' | 'reservedConcurrentExecutions' | 'retryAttempts'
    > {
  /** The file in functions/, without its suffix. */
  readonly entry: FunctionName;
  readonly source: FunctionSource;
  /** Where the connection string is, which the function reads when it runs. */
  readonly databaseUrl: DatabaseUrl;
}

/**
 * What RDS and Aurora sign their certificates with. Lambda keeps it for whoever asks, since reading it takes a start some
 * milliseconds; Node knows it of itself no more than psql does.
 */
const certificatesOfAws = { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' };

export class MillraceFunction extends Construct implements DeployedFunction {
  readonly handler: LambdaFunction;
  readonly logs: LogGroup;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: MillraceFunctionProps) {
    super(scope, id);
    const { entry, source, databaseUrl, environment, logs, network, ...rest } = props;
    this.logs = createLogGroup(this, 'Logs', logs);
    this.role = this.createRole(databaseUrl.statements);
    if (network) this.allowInterfaces();
    this.handler = new LambdaFunction(this, 'Handler', {
      ...rest,
      ...network,
      handler: 'index.handler',
      code: functionCode(entry, source),
      runtime: Runtime.NODEJS_24_X,
      architecture: rest.architecture ?? Architecture.ARM_64,
      role: this.role,
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        ...(source.driver === 'pg' && certificatesOfAws),
        ...databaseUrl.environment,
        ...environment,
      },
    });
    this.acknowledgeRules();
  }

  get grantPrincipal(): IPrincipal {
    return this.role;
  }

  /** Writes to its own log group only; the managed policy would allow every log group of the account. */
  private createRole(statements: readonly PolicyStatement[]): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logs.grantWrite(role);
    for (const statement of statements) role.addToPolicy(statement);
    return role;
  }

  /** For a VPC. AWS has no narrower way: what Lambda does with network interfaces cannot be limited to some of them. */
  private allowInterfaces(): void {
    const name = 'service-role/AWSLambdaENIManagementAccess';
    this.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(name));
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason:
        'Lambda makes the network interfaces of a function in a VPC with the role of the function.',
    });
  }

  private acknowledgeRules(): void {
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'No invocation has what is nowhere else: what a failed one leaves undone is in Postgres, or in its queue on SQS.',
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'The log carries message and request ids, and attempts are kept in Postgres. Tracing would ask for a wildcard policy.',
    });
  }
}
