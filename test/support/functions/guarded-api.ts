// The http function behind the routes and authorizers of a template, as API Gateway has them: the most fitting route decides who is
// let through. Signatures are taken for good, since that is AWS's part; all else of a token and of a signed request is looked at.
import type { Template } from 'aws-cdk-lib/assertions';
import { readCallerRules } from '#functions/runtime/caller-rules.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { resourceAt, resourcesOf } from '#test/support/infra/synthesis.ts';
import { openApi } from './api.ts';
import { jwt } from './authorizers.ts';
import type { Call } from './gateway-event.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The Authorization header of a token with these claims. */
export function bearerToken(claims: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'RS256' })}.${part(claims)}.signature`;
}

/** What the gateway finds in such a header: texts alone, arrays as "[a b]". */
const asGatewayPasses = (value: unknown) =>
  Array.isArray(value) ? `[${value.join(' ')}]` : String(value);

export interface GuardedApi {
  /** The status that the caller gets, from the gateway or from the function. `iam`: who has signed the request. */
  statusOf(call: Call, iam?: object): Promise<number>;
}

export function guardedApi(template: Template, { database }: TestDatabase): GuardedApi {
  const [, http] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceHttp');
  const callerRules = readCallerRules(http.Properties.Environment.Variables);
  const api = openApi({ database, callerRules });
  return {
    async statusOf(call, iam) {
      const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
      const type = authorizationOf(template, `${method} ${call.path}`);
      if (type === undefined) return 404;
      if (type === 'NONE') return (await api.call(call)).status;
      const authorizer = type === 'JWT' ? tokenOf(template, call) : iam;
      if (!authorizer) return type === 'JWT' ? 401 : 403;
      return (await api.call({ ...call, authorizer })).status;
    },
  };
}

function authorizationOf(template: Template, asked: string): string | undefined {
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(
    ([, { Properties }]) => Properties,
  );
  const exact = routes.find(({ RouteKey }) => RouteKey === asked);
  const greedy = routes.find(
    ({ RouteKey }) =>
      RouteKey.endsWith('{proxy+}') && asked.startsWith(RouteKey.slice(0, -'{proxy+}'.length)),
  );
  return (exact ?? greedy)?.AuthorizationType;
}

function tokenOf(template: Template, call: Call): object | undefined {
  const [, payload] = call.headers?.['authorization']?.replace('Bearer ', '').split('.') ?? [];
  if (payload === undefined) return undefined;
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const [[, { Properties } = { Properties: {} }] = []] = resourcesOf(
    template,
    'AWS::ApiGatewayV2::Authorizer',
  );
  const { Issuer, Audience } = Properties.JwtConfiguration;
  const meant = [claims['aud'] ?? claims['client_id']].flat();
  if (claims['iss'] !== Issuer || !meant.some((one) => Audience.includes(one))) return undefined;
  return jwt(
    Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [name, asGatewayPasses(value)]),
    ),
  );
}
