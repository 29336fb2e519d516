// A request as API Gateway really hands it to a function: everything that payload format 2.0 has, in its own spelling.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** Names in lower case, values of repeated headers joined by commas. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly isBase64Encoded?: boolean;
  /** What the route's authorizer has found. */
  readonly authorizer?: object;
}

/** What the JWT authorizer passes on: numbers and lists as texts, and null when the route asks for no scopes. */
export const jwtContext = (claims: Readonly<Record<string, string>>) => ({
  jwt: {
    claims: { iss: 'https://issuer.example/', exp: '1796000000', iat: '1795996400', ...claims },
    scopes: null,
  },
});

export const iamContext = {
  iam: {
    accessKey: 'ASIAEXAMPLEEXAMPLE12',
    accountId: '123456789012',
    callerId: 'AROAEXAMPLEEXAMPLE123:shop',
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: 'arn:aws:sts::123456789012:assumed-role/shop/shop',
    userId: 'AROAEXAMPLEEXAMPLE123:shop',
  },
};

export function gatewayRequest(request: GatewayRequest): APIGatewayProxyEventV2 {
  const { method, path, body, headers, cookies, authorizer, isBase64Encoded = false } = request;
  const domainName = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
  const routeKey = `${method} ${path}`;
  const requestContext = {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    ...(authorizer && { authorizer }),
    domainName,
    domainPrefix: 'a1b2c3d4e5',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.17', userAgent: 'curl/8.14.1' },
    requestId: 'VJ3pZiA8liAEPdA=',
    routeKey,
    stage: '$default',
    time: '28/Nov/2026:23:45:30 +0000',
    timeEpoch: 1_795_909_530_000,
  };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    ...(cookies && { cookies: [...cookies] }),
    headers: {
      accept: '*/*',
      'content-length': String(body?.length ?? 0),
      'content-type': 'application/json',
      host: domainName,
      'user-agent': 'curl/8.14.1',
      'x-amzn-trace-id': 'Root=1-692a3a5a-0123456789abcdef01234567',
      'x-forwarded-for': '192.0.2.17',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...headers,
    },
    requestContext: requestContext as APIGatewayProxyEventV2['requestContext'],
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}
