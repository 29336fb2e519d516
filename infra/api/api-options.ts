// What an operator decides about the HTTP API; both the gateway and the function are told.
import type { IHttpRouteAuthorizer, ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';

export interface ApiOptions {
  /** Origins of the browsers that may call, such as `https://shop.example`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** `HttpJwtAuthorizer` or `HttpIamAuthorizer`. Default: the function asks for an API key. */
  readonly authorizer?: IHttpRouteAuthorizer;
  /** Scopes of callers whom `HttpIamAuthorizer` has let in. Default `['enqueue:*']`: they may enqueue any type. */
  readonly iamScopes?: readonly string[];
  /** Requests a second, all callers together. Default 200, in bursts 400: a ceiling on what a flood can cost. */
  readonly throttle?: ThrottleSettings;
}
