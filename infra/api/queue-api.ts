// The HTTP API in front of the http function: who is let in, how often, and a line for each request.
import { Stack, Validations } from 'aws-cdk-lib';
import {
  type DomainName,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { LogOptions } from '#infra/function/function-options.ts';
import { createLogGroup } from '#infra/function/log-group.ts';
import { accessLogFormat } from './access-log.ts';
import type { ApiOptions } from './api-options.ts';
import { corsFor } from './cors.ts';
import type { DeployedApi } from './deployed-api.ts';
import { createDomain } from './domain.ts';
import { throttleOf } from './throttle.ts';
import { hasConsole, type MountedWay, mountedWays } from './ways.ts';

export interface QueueApiProps extends ApiOptions {
  readonly handler: IFunction;
  readonly logs?: LogOptions | undefined;
}

/** All but OPTIONS: a browser's preflight request carries no credentials, so an authorizer would refuse it. */
const { GET, HEAD, POST, PUT, PATCH, DELETE } = HttpMethod;
const methods = [GET, HEAD, POST, PUT, PATCH, DELETE];

export class QueueApi extends Construct implements DeployedApi {
  readonly stage: HttpStage;
  readonly accessLogs: LogGroup;
  readonly httpApi: HttpApi;
  readonly domain: DomainName | undefined;
  private readonly ownName: string | undefined;
  private readonly ways: readonly MountedWay[];

  constructor(scope: Construct, id: string, props: QueueApiProps) {
    super(scope, id);
    const { corsOrigins, throttle, domain } = props;
    this.ways = mountedWays(props);
    this.accessLogs = createLogGroup(this, 'AccessLog', props.logs);
    this.httpApi = new HttpApi(this, 'Api', {
      // A label for the console: API Gateway tells its APIs apart by id.
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      ...(corsOrigins && { corsPreflight: corsFor(corsOrigins) }),
    });
    this.ownName = domain?.name;
    this.domain = domain && createDomain(this, 'Domain', domain);
    this.stage = new HttpStage(this, 'DefaultStage', {
      httpApi: this.httpApi,
      autoDeploy: true,
      throttle: throttleOf(throttle),
      ...(this.domain && { domainMapping: { domainName: this.domain } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: accessLogFormat,
      },
    });
    const integration = new HttpLambdaIntegration('Integration', props.handler, {
      scopePermissionToRoute: false,
    });
    for (const way of this.ways) this.addRoutes(way, integration);
    if (hasConsole(props)) this.addConsole(integration);
  }

  get url(): string {
    return this.ownName ? `https://${this.ownName}/` : this.stage.url;
  }

  /** Lets an AWS identity enqueue, and nothing else. Throws unless IAM is among the ways to call. */
  grantEnqueue(grantee: IGrantable): Grant {
    const iam = this.ways.find(({ way }) => way === 'iam');
    if (!iam)
      throw new TypeError('grantEnqueue needs "iam" among the ways to call: list it in auth');
    const paths = [`${iam.mount}/v1/messages`, `${iam.mount}/v1/messages/batch`];
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: paths.map((path) =>
        this.httpApi.arnForExecuteApi(POST, path, this.stage.stageName),
      ),
    });
  }

  /** The function knows the routes. The gateway knows only those that differ in who may call them. */
  private addRoutes({ mount, authorizer }: MountedWay, integration: HttpLambdaIntegration): void {
    const all = { path: `${mount}/v1/{proxy+}`, methods, integration };
    if (!authorizer) {
      this.acknowledgeOpen(this.httpApi.addRoutes(all), 'The function asks for an API key.');
      return;
    }
    this.httpApi.addRoutes({ ...all, authorizer });
    for (const path of [`${mount}/v1/health`, `${mount}/v1/openapi.json`])
      this.acknowledgeOpen(
        this.httpApi.addRoutes({ path, methods: [GET], integration }),
        'Monitors and documentation viewers have no credentials, and the answer tells nothing of the messages.',
      );
  }

  private addConsole(integration: HttpLambdaIntegration): void {
    for (const path of ['/console', '/console/{proxy+}'])
      this.acknowledgeOpen(
        this.httpApi.addRoutes({ path, methods: [GET, HEAD], integration }),
        'The console is a static page without a word of the messages: what it shows it asks the API for, with the key of whoever looks.',
      );
  }

  private acknowledgeOpen(routes: HttpRoute[], reason: string): void {
    for (const route of routes)
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }
}
