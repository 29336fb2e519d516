// Translates between API Gateway's events (payload format 2.0) and the web's Request and Response. Hono's own adapter
// is deprecated, and two thirds of it are for other sources of events.

import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Hono } from 'hono';
import { kindOf } from '#queue/declare/kind-of.ts';
import { misuse } from '#queue/misuse.ts';
import type { ApiEnvironment } from './api.ts';
import { splitMount } from './mount.ts';
import { problemResponse } from './problem.ts';

/** Answers one event of an HTTP API of API Gateway, payload format 2.0. Without a context it has time enough. */
export type GatewayHandler = (
  event: APIGatewayProxyEventV2,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The app as a Lambda handler. */
export function gatewayHandler(app: Hono<ApiEnvironment>): GatewayHandler {
  return async (event, context) => {
    requireGatewayEvent(event);
    const { mount, path } = splitMount(event.rawPath);
    const request = toRequest(event, path);
    const remainingMs = () => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    if (request) return toResult(await app.fetch(request, { event, mount, remainingMs }));
    const detail = 'Method, path or headers are not valid HTTP.';
    return toResult(
      problemResponse({ kind: 'invalid-request', detail }, event.requestContext.requestId),
    );
  };
}

/** Another event would end in a TypeError about whatever of it is read first. */
function requireGatewayEvent(event: unknown): void {
  const { version, rawPath, headers, requestContext }: Partial<APIGatewayProxyEventV2> =
    event ?? {};
  const isGateways =
    rawPath !== undefined && headers && requestContext?.http && requestContext.requestId;
  if (isGateways) return;
  const got = version === undefined ? kindOf(event) : `one of version ${JSON.stringify(version)}`;
  misuse(
    `the http function takes events of API Gateway's HTTP API, payload format 2.0; got ${got}`,
  );
}

function toRequest(event: APIGatewayProxyEventV2, path: string): Request | undefined {
  const { rawQueryString = '', body, isBase64Encoded } = event;
  const { method } = event.requestContext.http;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(`https://gateway${path}${rawQueryString && `?${rawQueryString}`}`, {
      method,
      headers: toHeaders(event.headers),
      body: hasBody ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : null,
    });
  } catch {
    // The event is not valid HTTP. API Gateway sends no such event, but a test or a local gateway may.
  }
}

// A header's value may hold UTF-8, which the web's Headers refuse. It is escaped and not dropped, because it matters
// whether an Origin or an Idempotency-Key was sent at all.
function toHeaders(headers: APIGatewayProxyEventV2['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value.replace(/[^\0-\x7f]+/g, encodeURIComponent)]],
  );
}

/** What is compressed is no text; everything else that the API answers is. */
async function toResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const isBase64Encoded = response.headers.has('content-encoding');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: isBase64Encoded
      ? Buffer.from(await response.arrayBuffer()).toString('base64')
      : await response.text(),
    isBase64Encoded,
  };
}
