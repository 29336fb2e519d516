// The whole of Millrace in one account: an HTTP API that enqueues, a schedule that drains, migrations at deployment, alarms.
import { Duration } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { findApplication } from '#bundling/application.ts';
import { drivers } from '#bundling/bundle-function.ts';
import type { DeployedApi } from '#infra/api/deployed-api.ts';
import { HttpFunction } from '#infra/api/http-function.ts';
import { QueueApi } from '#infra/api/queue-api.ts';
import { ConsumerFunction } from '#infra/consumer/consumer-function.ts';
import { letHandOver, wakeAtOnce } from '#infra/consumer/invoke-consumer.ts';
import { invokingAt } from '#infra/consumer/invoking.ts';
import { backstopOf, helpersOf } from '#infra/consumer/modes.ts';
import { requireRoom } from '#infra/consumer/room.ts';
import { requireTickRate, TickSchedule } from '#infra/consumer/tick-schedule.ts';
import { WakeUps } from '#infra/consumer/wake-ups.ts';
import { type DatabaseUrlProps, databaseUrlOf } from '#infra/function/database-url.ts';
import { requireDatabases } from '#infra/function/databases.ts';
import type { DeployedFunction } from '#infra/function/deployed-function.ts';
import { shownValue } from '#infra/function/shown-value.ts';
import { requireStage } from '#infra/function/stage.ts';
import { Migrations } from '#infra/migration/migrations.ts';
import { declaredOnSqs } from '#infra/sqs/declared-queues.ts';
import { type DeployedSqs, QueuesOnSqs } from '#infra/sqs/queues-on-sqs.ts';
import { watch } from '#infra/watch/watch.ts';
import type { MillraceProps } from './millrace-props.ts';

/**
 * The whole of Millrace: an HTTP API that enqueues, a schedule that drains, migrations at deployment, alarms and a dashboard.
 * Throws at the synthesis, with a TypeError or a RangeError that names the property, on everything that AWS would refuse
 * later, and an error with esbuild's report when the application cannot be bundled.
 *
 * @example
 * ```ts
 * const millrace = new Millrace(stack, 'Millrace', {
 *   registry: 'src/queue/registry.ts',
 *   migrations: 'src/queue/tables',
 *   api: { corsOrigins: ['https://shop.example'] },
 * });
 * bucket.grantRead(millrace.consumer);
 * ```
 */
export class Millrace extends Construct {
  /** The HTTP API. */
  readonly api: DeployedApi;
  /** The function behind the API. */
  readonly http: DeployedFunction;
  /** The function that drains, and runs the handlers. */
  readonly consumer: DeployedFunction;
  /** What a queue on SQS needs; undefined when the registry has none. */
  readonly sqs: DeployedSqs | undefined;
  /** The function that migrates, which a deployment invokes before it updates the others. */
  readonly migration: DeployedFunction;
  private readonly queueApi: QueueApi;

  constructor(scope: Construct, id: string, props: MillraceProps = {}) {
    super(scope, id);
    const databases = requireDatabases(props.databases);
    const shared = sharedBy(this, props);
    const migrations = new Migrations(this, 'Migrations', { databases, ...shared('migrations') });
    const backstop = backstopOf(props);
    requireTickRate(props.tickEvery, backstop);
    const rate = backstop ?? props.tickEvery;
    const sqs = queuesOnSqs(this, props, shared('consumer'));
    this.sqs = sqs;
    this.migration = migrations.function;
    this.consumer = new ConsumerFunction(this, 'Consumer', {
      ...props.consumer,
      ...shared('consumer'),
      // What belongs to another database is relayed as what belongs to SQS.
      entry: sqs || databases > 1 ? 'relaying-consumer' : 'consumer',
      invoking: invokingAt(rate),
    });
    this.http = new HttpFunction(this, 'Http', {
      ...props.api,
      ...props.http,
      ...shared('http'),
      entry: sqs ? 'sending-http' : 'http',
    });
    this.queueApi = new QueueApi(this, 'Api', {
      ...props.api,
      handler: this.http.handler,
      logs: props.logs,
    });
    this.api = this.queueApi;
    new TickSchedule(this, 'Tick', { consumer: this.consumer.handler, rate, databases });
    const wakeUps = this.addModes(props);
    watch(this, props, {
      consumer: this.consumer.handler,
      consumerLogs: this.consumer.logs,
      databases,
      http: this.http.handler,
      httpLogs: this.http.logs,
      api: this.api,
      tick: props.tickEvery ?? Duration.minutes(1),
      wakeUpGroup: wakeUps?.groupName,
      sqs,
    });
    sqs?.letSend(this.consumer.handler, this.http.handler);
    this.order((props.migrateOnDeploy ?? true) ? migrations : undefined);
  }

  /** Lets an AWS identity enqueue over HTTP, and nothing else. Throws a TypeError unless `api.auth` has `iam` among the ways to call. */
  grantEnqueue(grantee: IGrantable): Grant {
    return this.queueApi.grantEnqueue(grantee);
  }

  /** Answers where a deployment that sleeps keeps its wake-ups. */
  private addModes(modes: MillraceProps): WakeUps | undefined {
    const [http, consumer] = [this.http.handler, this.consumer.handler];
    // Handlers of queues on SQS enqueue follow-ups, and send what waits for long back to Postgres.
    const enqueuing = [http, ...(this.sqs ? [this.sqs.consumer.handler] : [])];
    const wakeUps = backstopOf(modes) ? new WakeUps(this, 'WakeUps', consumer) : undefined;
    for (const handler of enqueuing) wakeUps?.letArm(handler);
    if (modes.eager) wakeAtOnce(enqueuing, consumer);
    const helpers = helpersOf(modes);
    requireRoom(modes, modes.consumer?.reservedConcurrentExecutions);
    if (helpers) letHandOver(this.consumer, helpers);
    return wakeUps;
  }

  /**
   * First the schema, then the consumer, then what it relays to, then the API: nothing may be enqueued that no consumer knows yet. What
   * the consumer relays meanwhile and older code does not know waits for newer.
   */
  private order(migrations: Migrations | undefined): void {
    const { handler } = this.consumer;
    const [http, onSqs] = [
      this.http.handler,
      this.sqs ? [this.sqs.consumer, this.sqs.deadLetters] : [],
    ];
    const relayedTo = onSqs.map((each) => each.handler);
    migrations?.runBefore(handler, ...relayedTo, http);
    for (const next of [...relayedTo, http]) next.node.addDependency(handler);
    http.node.addDependency(...relayedTo);
  }
}

/** Undefined where no queue of the registry is on SQS. */
function queuesOnSqs(
  scope: Construct,
  { stage, sqs, consumer }: MillraceProps,
  shared: ReturnType<ReturnType<typeof sharedBy>>,
): QueuesOnSqs | undefined {
  const declared = declaredOnSqs(shared.source.application);
  if (declared.length === 0) return undefined;
  return new QueuesOnSqs(scope, 'Sqs', {
    ...shared,
    declared,
    stage,
    options: sqs,
    handlers: consumer,
  });
}

/** What a function has in common with the others, and where its own connection string is. */
function sharedBy(scope: Construct, props: MillraceProps) {
  const { stage, architecture, logs, network, bundling, driver = 'neon', databases = 1 } = props;
  if (stage !== undefined) requireStage(stage);
  if (!drivers.includes(driver))
    throw new TypeError(`driver is ${drivers.join(' or ')}; got ${shownValue(driver)}`);
  const source = { application: findApplication(props), bundling, driver };
  return (reader: DatabaseUrlProps['reader']) => ({
    source,
    databaseUrl: databaseUrlOf(scope, { ...props.databaseUrl, stage, reader, databases }),
    architecture,
    logs,
    network,
  });
}
