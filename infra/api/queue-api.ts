// The HTTP API in front of the http function: who is let in, how often, and a line for each request.
import { Stack, Validations } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createLogGroup } from '#infra/function/log-group.ts';
import { accessLogFormat } from './access-log.ts';
import type { ApiOptions } from './api-options.ts';
import { corsFor } from './cors.ts';

export interface QueueApiProps extends ApiOptions {
  readonly handler: IFunction;
}

/** All but OPTIONS: a browser's preflight request carries no credentials, so an authorizer would refuse it. */
const { GET, HEAD, POST, PUT, PATCH, DELETE } = HttpMethod;
const methods = [GET, HEAD, POST, PUT, PATCH, DELETE];

export class QueueApi extends Construct {
  readonly stage: HttpStage;
  readonly accessLogs: LogGroup;
  readonly httpApi: HttpApi;
  private readonly authorizer: IHttpRouteAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: QueueApiProps) {
    super(scope, id);
    const { corsOrigins, throttle } = props;
    this.authorizer = props.authorizer;
    this.accessLogs = createLogGroup(this, 'AccessLog');
    this.httpApi = new HttpApi(this, 'Api', {
      // A label for the console: API Gateway tells its APIs apart by id.
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      ...(corsOrigins && { corsPreflight: corsFor(corsOrigins) }),
    });
    this.stage = new HttpStage(this, 'DefaultStage', {
      httpApi: this.httpApi,
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400, ...throttle },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: accessLogFormat,
      },
    });
    this.addRoutes(
      new HttpLambdaIntegration('Integration', props.handler, { scopePermissionToRoute: false }),
    );
  }

  get url(): string {
    return this.stage.url;
  }

  /** Lets an AWS identity enqueue, and nothing else. Throws unless the API's authorizer is IAM's. */
  grantEnqueue(grantee: IGrantable): Grant {
    if (!(this.authorizer instanceof HttpIamAuthorizer))
      throw new TypeError('grantEnqueue needs an API whose authorizer is an HttpIamAuthorizer');
    const paths = ['/v1/messages', '/v1/messages/batch'];
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: paths.map((path) =>
        this.httpApi.arnForExecuteApi(POST, path, this.stage.stageName),
      ),
    });
  }

  /** The function knows the routes. The gateway knows only those that differ in who may call them. */
  private addRoutes(integration: HttpLambdaIntegration): void {
    const all = { path: '/v1/{proxy+}', methods, integration };
    if (!this.authorizer) {
      this.acknowledgeOpen(this.httpApi.addRoutes(all), 'The function asks for an API key.');
      return;
    }
    this.httpApi.addRoutes({ ...all, authorizer: this.authorizer });
    for (const path of ['/v1/health', '/v1/openapi.json'])
      this.acknowledgeOpen(
        this.httpApi.addRoutes({ path, methods: [GET], integration }),
        'Monitors and documentation viewers have no credentials, and the answer tells nothing of the messages.',
      );
  }

  private acknowledgeOpen(routes: HttpRoute[], reason: string): void {
    for (const route of routes)
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }
}
