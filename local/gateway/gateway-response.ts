// What a Lambda handler returned, as API Gateway's HTTP API reads it.
import type { APIGatewayProxyResultV2 } from 'aws-lambda';

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** One of the answers that API Gateway gives by itself. */
export function gatewayMessage(status: number, message: string): GatewayResponse {
  return { status, headers: json, body: Buffer.from(JSON.stringify({ message })) };
}

/** Anything without a status code is the body of a 200. */
export function gatewayResponse(result: APIGatewayProxyResultV2 | undefined): GatewayResponse {
  if (typeof result === 'string') return { status: 200, headers: json, body: Buffer.from(result) };
  if (result?.statusCode === undefined)
    return { status: 200, headers: json, body: Buffer.from(JSON.stringify(result ?? null)) };
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded = false } = result;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: statusCode,
    headers: { ...Object.fromEntries(named), ...(cookies && { 'set-cookie': cookies }) },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const json = { 'content-type': 'application/json' };
