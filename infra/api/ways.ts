// The ways to call an API that stand side by side. A route of API Gateway has one authorizer, so the first way has the API at /v1,
// and each other one has it at a mount of its own, such as /jwt/v1: adding a way moves nobody who calls already.
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { IAM_SCOPES, TRUST_PEOPLE, WAYS } from '#functions/environment.ts';
import { type JwtOptions, jwtEnvironment, requireJwt } from './jwt-options.ts';

/** A way to call: by an API key, a JWT, or a request signed for IAM. */
export type Way = 'keys' | 'jwt' | 'iam';
export const ways = ['keys', 'jwt', 'iam'] as const satisfies readonly Way[];

/** Who may call the API, and how. */
export interface WayOptions {
  /** The ways to call: the first has the API at /v1, each other at /WAY/v1. Default `['keys']`, API keys alone. */
  readonly auth?: readonly Way[];
  /** For the way `jwt`, which needs the issuer and the audience. */
  readonly jwt?: Partial<JwtOptions>;
  /** What callers by the way `iam` may do, all the same. Default `['enqueue:*']`: enqueue any type. */
  readonly iamScopes?: readonly string[];
  /** True: people, by a JWT or a Cognito identity, may enqueue all that their scopes say. Default: public types, as browsers. */
  readonly trustPeople?: boolean;
}

/** Whether there is a page for operators: it calls as a browser can, by a key or a token. */
export function hasConsole({
  auth = ['keys'],
  console = true,
}: WayOptions & { readonly console?: boolean }): boolean {
  return console && auth.some((way) => way !== 'iam');
}

export interface MountedWay {
  readonly way: Way;
  /** What stands before /v1, such as "/jwt". */
  readonly mount: string;
  /** None for API keys, which the function asks for. */
  readonly authorizer: IHttpRouteAuthorizer | undefined;
}

/** Throws a TypeError for ways that are none, and for settings of a way that is not among them. */
export function mountedWays(options: WayOptions): readonly MountedWay[] {
  const { auth = ['keys'], jwt, iamScopes } = options;
  if (auth.length === 0 || new Set(auth).size < auth.length || !auth.every(isWay))
    throw new TypeError(
      `The ways to call are one or several of ${ways.join(', ')}, each once; got ${JSON.stringify(auth)}`,
    );
  if (jwt && !auth.includes('jwt')) throw notAmong('jwt', 'an issuer of JWTs');
  if (iamScopes && !auth.includes('iam')) throw notAmong('iam', 'scopes of callers by IAM');
  return auth.map((way, index) => ({
    way,
    mount: index === 0 ? '' : `/${way}`,
    authorizer: authorizerFor(way, options),
  }));
}

/** What the function is told of its callers, as far as it is not as by default. */
export function callerEnvironment(options: WayOptions): Record<string, string> {
  const { auth = ['keys'], jwt, iamScopes = ['enqueue:*'], trustPeople } = options;
  return {
    ...(auth.join() !== 'keys' && { [WAYS]: auth.join(' ') }),
    ...(auth.includes('iam') && { [IAM_SCOPES]: checkedScopes(iamScopes).join(' ') }),
    ...(jwt && jwtEnvironment(jwt)),
    ...(trustPeople && { [TRUST_PEOPLE]: 'on' }),
  };
}

function authorizerFor(way: Way, { jwt }: WayOptions): IHttpRouteAuthorizer | undefined {
  if (way === 'keys') return undefined;
  if (way === 'iam') return new HttpIamAuthorizer();
  const { issuer, audience } = requireJwt(jwt);
  return new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [...audience] });
}

const isWay = (text: string): text is Way => (ways as readonly string[]).includes(text);

const notAmong = (way: Way, what: string) =>
  new TypeError(`There is ${what}, but "${way}" is not among the ways to call: list it in auth`);

function checkedScopes(scopes: readonly string[]): readonly string[] {
  for (const scope of scopes)
    if (!/^(read|operate|enqueue:(\*|[\w-]+(\.[\w-]+)*(\.\*)?))$/.test(scope))
      throw new TypeError(
        `A scope is read, operate, or enqueue: with a type, a prefix or *, such as enqueue:order.*; got "${scope}"`,
      );
  return scopes;
}
