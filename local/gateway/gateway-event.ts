// A request as API Gateway's HTTP API hands it to Lambda: payload format 2.0.
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export function gatewayEvent(request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 {
  const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
  const rawQueryString = query.join('?');
  const isBase64Encoded = !isText(request.headers['content-type'], body);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers: headersOf(request),
    ...cookiesOf(request),
    ...queryParametersOf(rawQueryString),
    requestContext: requestContextOf(request, rawPath),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

const routeKey = '$default';

const addressOf = (request: IncomingMessage) => request.socket.remoteAddress ?? '127.0.0.1';

function requestContextOf(
  request: IncomingMessage,
  path: string,
): APIGatewayProxyEventV2['requestContext'] {
  const now = new Date();
  return {
    accountId: 'anonymous',
    apiId: 'local',
    domainName: request.headers.host ?? 'localhost',
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: addressOf(request),
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: randomBytes(11).toString('base64url'),
    routeKey,
    stage: '$default',
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, repeated ones joined by commas; cookies travel apart. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    if (name !== 'cookie' && values) headers[name] = values.join(',');
  return {
    ...headers,
    'x-amzn-trace-id': traceId(),
    'x-forwarded-for': addressOf(request),
    'x-forwarded-port': String(request.socket.localPort),
    'x-forwarded-proto': 'http',
  };
}

function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

function cookiesOf({ headers }: IncomingMessage) {
  return headers.cookie ? { cookies: headers.cookie.split('; ') } : {};
}

function queryParametersOf(rawQueryString: string) {
  if (rawQueryString === '') return {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  return { queryStringParameters: parameters };
}

/** API Gateway decodes only what it knows as text; the rest reaches the function in base64. */
function isText(contentType: string | undefined, body: Buffer): boolean {
  const isKnown = /^(text\/|application\/(.+\+)?(json|xml|javascript)\b)/i.test(contentType ?? '');
  return body.length === 0 || (isKnown && isUtf8(body));
}

/** 12/Mar/2026:19:03:58 +0000 */
function commonLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${time} +0000`;
}
