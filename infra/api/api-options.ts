// What an operator decides about the HTTP API; both the gateway and the function are told.
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { DomainOptions } from './domain.ts';
import type { WayOptions } from './ways.ts';

/** What may be changed about the HTTP API. */
export interface ApiOptions extends WayOptions {
  /** Origins of the browsers that may call, such as `https://shop.example`. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** False leaves out the page for operators at /console. Default true, but with IAM alone, for which no page can sign. */
  readonly console?: boolean;
  /** Requests a second, 1 to 10000, and in bursts, 1 to 5000, all callers together. Default 200 and 400: a ceiling on what a flood can cost. */
  readonly throttle?: ThrottleSettings;
  /** A name of your own for the API, with its certificate. Default: the one that API Gateway gives it. */
  readonly domain?: Partial<DomainOptions>;
}
