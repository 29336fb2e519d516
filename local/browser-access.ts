// What the API Gateway of npm start is told about web pages: the same as infra/api/cors.ts tells the one in the cloud.
import {
  corsAnswerHeaders,
  corsMaxAgeSeconds,
  corsMethods,
  corsRequestHeaders,
} from '#functions/cors.ts';
import type { CorsConfiguration } from '#local/gateway/cors.ts';

export function browserAccess(allowedOrigins: readonly string[]): CorsConfiguration {
  return {
    allowOrigins: allowedOrigins,
    allowMethods: corsMethods,
    allowHeaders: corsRequestHeaders,
    exposeHeaders: corsAnswerHeaders,
    maxAgeSeconds: corsMaxAgeSeconds,
  };
}
