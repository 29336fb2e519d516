// Which browsers may call: API Gateway answers their preflight requests, so the function is not invoked for them.
import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  corsAnswerHeaders,
  corsMaxAgeSeconds,
  corsMethods,
  corsRequestHeaders,
  isOrigin,
} from '#functions/cors.ts';

/** Throws a TypeError on what a browser never sends as its origin: a path, a trailing slash, a missing scheme. */
export function corsFor(origins: readonly string[]): CorsPreflightOptions {
  for (const origin of origins) {
    if (origin !== '*' && !isOrigin(origin))
      throw new TypeError(`A CORS origin looks like https://shop.example; got "${origin}"`);
  }
  return {
    allowOrigins: [...origins],
    allowMethods: corsMethods.map((method) => CorsHttpMethod[method]),
    allowHeaders: corsRequestHeaders,
    exposeHeaders: corsAnswerHeaders,
    maxAge: Duration.seconds(corsMaxAgeSeconds),
  };
}
