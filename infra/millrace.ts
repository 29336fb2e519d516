// The whole of Millrace in one account: an HTTP API that enqueues, a schedule that drains, migrations at deployment, alarms.
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ApiOptions } from '#infra/api/api-options.ts';
import { HttpFunction } from '#infra/api/http-function.ts';
import { QueueApi } from '#infra/api/queue-api.ts';
import { ConsumerFunction, type ConsumerOptions } from '#infra/consumer/consumer-function.ts';
import { TickSchedule } from '#infra/consumer/tick-schedule.ts';
import { type DatabaseUrlOptions, importDatabaseUrl } from '#infra/function/database-url.ts';
import { Migrations } from '#infra/migration/migrations.ts';
import { type AlarmOptions, Alarms } from '#infra/watch/alarms.ts';

export interface MillraceProps {
  readonly databaseUrl?: DatabaseUrlOptions;
  readonly api?: ApiOptions;
  readonly consumer?: ConsumerOptions;
  readonly alarms?: AlarmOptions;
  /** False: the deployment leaves the database alone, and the operator migrates it first. Default true. */
  readonly migrateOnDeploy?: boolean;
}

export class Millrace extends Construct {
  readonly api: QueueApi;
  readonly http: HttpFunction;
  readonly consumer: ConsumerFunction;
  readonly migrations: Migrations;

  constructor(scope: Construct, id: string, props: MillraceProps = {}) {
    super(scope, id);
    const databaseUrl = importDatabaseUrl(this, 'DatabaseUrl', props.databaseUrl);
    this.migrations = new Migrations(this, 'Migrations', { databaseUrl });
    this.consumer = new ConsumerFunction(this, 'Consumer', { ...props.consumer, databaseUrl });
    this.http = new HttpFunction(this, 'Http', { ...props.api, databaseUrl });
    this.api = new QueueApi(this, 'Api', { ...props.api, handler: this.http.handler });
    new TickSchedule(this, 'Tick', this.consumer.handler);
    new Alarms(this, 'Alarms', {
      ...props.alarms,
      consumer: this.consumer.handler,
      api: this.api,
    });
    this.orderUpdates(props.migrateOnDeploy ?? true);
  }

  /** Lets an AWS identity enqueue over HTTP. Throws unless `api.authorizer` is an `HttpIamAuthorizer`. */
  grantEnqueue(grantee: IGrantable): Grant {
    return this.api.grantEnqueue(grantee);
  }

  /** First the schema, then the consumer, then the API: nothing may be enqueued that no consumer knows yet. */
  private orderUpdates(migrateOnDeploy: boolean): void {
    if (migrateOnDeploy) this.migrations.runBefore(this.consumer.handler, this.http.handler);
    this.http.handler.node.addDependency(this.consumer.handler);
  }
}
