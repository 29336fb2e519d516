// CORS as API Gateway's HTTP API does it: it answers preflight requests itself, on every path, and adds its headers to the
// answers of the function, whose own it would drop. Origins that are not allowed do not come so far: loopback-server.ts
// refuses them, where API Gateway would answer without these headers.
import type { IncomingMessage } from 'node:http';
import type { GatewayResponse } from './gateway-response.ts';

export interface CorsConfiguration {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

/** What a browser sends before a request that a plain form could not make. */
export const isPreflight = ({ method, headers }: IncomingMessage) =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

export function preflightAnswer(cors: CorsConfiguration): GatewayResponse {
  const headers = {
    'access-control-allow-methods': cors.allowMethods.join(','),
    'access-control-allow-headers': cors.allowHeaders.join(','),
    'access-control-max-age': String(cors.maxAgeSeconds),
  };
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** For every answer; nothing for callers that are no browsers. */
export function corsHeaders(
  { headers: { origin } }: IncomingMessage,
  cors: CorsConfiguration,
): Record<string, string> {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': cors.exposeHeaders.join(','),
  };
}
