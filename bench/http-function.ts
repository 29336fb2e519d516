// The http function itself, in this process, given events as API Gateway would give them.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Api } from '../functions/http/api.ts';
import { createApp } from '../functions/http/app.ts';
import { gatewayHandler } from '../functions/http/gateway-adapter.ts';
import { readCallerRules } from '../functions/runtime/caller-rules.ts';
import { registry } from '../handlers/registry.ts';
import { type Database, openDatabase } from '../queue/database.ts';
import { jsonLinesLog } from './systems/json-lines-log.ts';

/** Answers a function that enqueues an order by POST /v1/messages. */
export function httpFunction(url: string, apiKey: string): (payload: unknown) => Promise<void> {
  const call = httpApi(openDatabase(url), apiKey);
  return async (payload) => {
    const { status } = await call('/v1/messages', { type: 'order.placed', payload });
    if (status !== 202) throw new Error(`POST /v1/messages answered ${status}`);
  };
}

export type HttpApi = (path: string, body: object) => Promise<{ status: number; body: string }>;

/** Posts to the API on that database: that of the bookstore, unless told otherwise. */
export function httpApi(
  database: Database,
  apiKey: string,
  changes: Partial<Pick<Api, 'registry' | 'straight'>> = {},
): HttpApi {
  const handler = gatewayHandler(
    createApp({
      databases: [database],
      statusTokenKey: async () => 'the key of the benchmark',
      registry,
      log: jsonLinesLog(),
      allowedOrigins: [],
      callerRules: readCallerRules({}),
      ...changes,
    }),
  );
  return async (path, body) => {
    const answer = await handler(postEvent(path, JSON.stringify(body), apiKey));
    return { status: answer.statusCode ?? 200, body: answer.body ?? '' };
  };
}

function postEvent(path: string, body: string, apiKey: string): APIGatewayProxyEventV2 {
  const host = 'api.execute-api.eu-central-1.amazonaws.com';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', host },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: host,
      domainPrefix: 'api',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'b' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1_773_342_238_000,
    },
    body,
    isBase64Encoded: false,
  };
}
