// Brings the database up to date during the deployment, before any function that relies on it is updated.
// A rollback of the stack does not roll the schema back: the previous code has to run on the new schema.
import { Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { DatabaseUrl } from '#infra/function/database-url.ts';
import type { FunctionSource } from '#infra/function/function-code.ts';
import type { LogOptions, SharedOptions } from '#infra/function/function-options.ts';
import { MillraceFunction } from '#infra/function/millrace-function.ts';
import { limitTriggerLogs } from './trigger-provider.ts';

export interface MigrationsProps extends SharedOptions {
  readonly source: FunctionSource;
  readonly databaseUrl: DatabaseUrl;
  readonly databases: number;
}

/** Several databases are migrated one after another, and Lambda gives an invocation no more than 15 minutes. */
const timeoutFor = (databases: number) => Duration.minutes(databases > 1 ? 14 : 10);

export class Migrations extends Construct {
  readonly function: MillraceFunction;
  private readonly logs: LogOptions | undefined;
  private readonly timeout: Duration;

  constructor(scope: Construct, id: string, { databases, ...props }: MigrationsProps) {
    super(scope, id);
    this.logs = props.logs;
    this.timeout = timeoutFor(databases);
    this.function = new MillraceFunction(this, 'Function', {
      entry: 'migrate',
      description: 'Brings the schema and the declared queues up to date',
      // Time for a sleeping database to wake (it is waited for up to 90 s) and for an index on a large table.
      timeout: this.timeout,
      memorySize: 512,
      ...props,
    });
    this.allowToListVersions();
  }

  /** By them it knows a rollback. A policy of its own: the function waits for its role's default one, which could not name it. */
  private allowToListVersions(): void {
    const { handler } = this.function;
    const statement = new PolicyStatement({
      actions: ['lambda:ListVersionsByFunction'],
      resources: [handler.functionArn],
    });
    new Policy(this, 'Versions', {
      statements: [statement],
      ...(handler.role && { roles: [handler.role] }),
    });
  }

  /** Migrates in each deployment that changes the SQL or the handlers, and before any of these is updated. */
  runBefore(...scopes: Construct[]): void {
    new Trigger(this, 'Trigger', {
      handler: this.function.handler,
      // The trigger waits longer than the function may run: it would repeat an invocation that it has given up.
      timeout: this.timeout.plus(Duration.minutes(1)),
      executeBefore: scopes,
    });
    limitTriggerLogs(this, this.logs);
  }
}
