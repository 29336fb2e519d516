// What all our functions have in common: runtime, architecture, role, log group, bundling. Decided here, once.
import { Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { DATABASE_URL_PARAMETER } from '#functions/environment.ts';
import { bundling, functionEntry, projectRoot } from './bundling.ts';
import { createLogGroup } from './log-group.ts';

export interface MillraceFunctionProps
  extends Required<Pick<NodejsFunctionProps, 'description' | 'timeout' | 'memorySize'>>,
    Pick<
      NodejsFunctionProps,
      'bundling' | 'environment' | 'maxEventAge' | 'reservedConcurrentExecutions' | 'retryAttempts'
    > {
  /** The file in functions/, without its suffix. */
  readonly entry: string;
  /** The SecureString that holds the connection string; the function reads it when it runs. */
  readonly databaseUrl: IStringParameter;
}

export class MillraceFunction extends Construct {
  readonly handler: NodejsFunction;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: MillraceFunctionProps) {
    super(scope, id);
    const { entry, databaseUrl, environment, ...rest } = props;
    this.logs = createLogGroup(this, 'Logs');
    this.handler = new NodejsFunction(this, 'Handler', {
      ...rest,
      entry: functionEntry(entry),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.createRole(),
      logGroup: this.logs,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [DATABASE_URL_PARAMETER]: databaseUrl.parameterName,
        ...environment,
      },
      projectRoot,
      depsLockFilePath: `${projectRoot}/package-lock.json`,
      bundling: { ...bundling, ...props.bundling },
    });
    databaseUrl.grantRead(this.handler);
    this.acknowledgeRules();
  }

  /** Writes to its own log group only; the managed policy would allow every log group of the account. */
  private createRole(): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logs.grantWrite(role);
    return role;
  }

  private acknowledgeRules(): void {
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'No invocation carries a message: what a failed one leaves undone is still in Postgres.',
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'The log carries message and request ids, and attempts are kept in Postgres. Tracing would ask for a wildcard policy.',
    });
  }
}
