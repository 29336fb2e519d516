import type { DomainName, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The HTTP API of a deployment. */
export interface DeployedApi extends Construct {
  /** Where it is called, with a slash at its end: by the name of your own if it has one. */
  readonly url: string;
  /** The API of API Gateway. */
  readonly httpApi: HttpApi;
  /** Its only stage, which has the throttle and the metrics. */
  readonly stage: HttpStage;
  /** Where a line is written for each request, without headers and bodies. */
  readonly accessLogs: LogGroup;
  /** The name of your own; its `regionalDomainName` is what a DNS record has to point to. Undefined when there is none. */
  readonly domain: DomainName | undefined;
}
