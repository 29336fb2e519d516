// Events as API Gateway sends them (payload format 2.0), and the context that Lambda adds.
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

export interface Call {
  readonly method?: string;
  readonly path: string;
  /** As it stands behind the question mark. */
  readonly query?: string;
  /** Sent as JSON unless it is a string, which is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** What an authorizer of the gateway's own has found. */
  readonly authorizer?: object;
  readonly isBase64Encoded?: boolean;
  /** Where the caller is. */
  readonly sourceIp?: string;
}

let calls = 0;

export function gatewayEvent(call: Call): APIGatewayProxyEventV2 {
  const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
  calls += 1;
  const requestContext = {
    accountId: '123456789012',
    apiId: 'api',
    domainName: 'api.execute-api.eu-central-1.amazonaws.com',
    domainPrefix: 'api',
    http: {
      method,
      path: call.path,
      protocol: 'HTTP/1.1',
      sourceIp: call.sourceIp ?? '192.0.2.1',
      userAgent: 'test',
    },
    requestId: `request-${calls}`,
    routeKey: '$default',
    stage: '$default',
    time: '12/Mar/2026:19:03:58 +0000',
    timeEpoch: 1_583_348_638_390,
    ...(call.authorizer && { authorizer: call.authorizer }),
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: call.path,
    rawQueryString: call.query ?? '',
    headers: {
      'content-type': 'application/json',
      host: requestContext.domainName,
      ...call.headers,
    },
    requestContext,
    ...(call.body !== undefined && { body: bodyText(call.body) }),
    isBase64Encoded: call.isBase64Encoded ?? false,
  };
}

function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

export function lambdaContext(remainingMs = 30_000): Context {
  const endsAt = performance.now() + remainingMs;
  const ended = () => {
    throw new Error('callbacks are gone');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'millrace',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:millrace',
    memoryLimitInMB: '256',
    awsRequestId: 'invocation-1',
    logGroupName: '/aws/lambda/millrace',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => endsAt - performance.now(),
    done: ended,
    fail: ended,
    succeed: ended,
  };
}
