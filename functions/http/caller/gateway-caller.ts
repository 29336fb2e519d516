// Callers whom API Gateway has authenticated before it invoked the function, by a JWT or by IAM.
import * as z from 'zod';
import type { Problem } from '#functions/http/problem.ts';
import type { CallerRules } from '#functions/runtime/caller-rules.ts';
import type { Authenticated } from './authenticated.ts';
import { tokenCaller } from './token-caller.ts';

const authorizer = z.object({
  jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).nullish(),
  iam: z
    .object({
      userArn: z.string(),
      cognitoIdentity: z.object({ identityId: z.string() }).nullish(),
    })
    .nullish(),
});

/** The caller that the event names; undefined when the deployment has no authorizer of these kinds on the route. */
export function gatewayCaller(
  requestContext: object,
  rules: CallerRules,
): Authenticated | Problem | undefined {
  const given = 'authorizer' in requestContext ? requestContext.authorizer : undefined;
  const { data } = authorizer.safeParse(given);
  if (data?.jwt) return tokenCaller(data.jwt.claims, rules);
  if (!data?.iam) return undefined;
  const { userArn, cognitoIdentity } = data.iam;
  // All people of an identity pool share one role, and it the name of their sessions.
  const name = cognitoIdentity?.identityId ?? userArn;
  return { name, scopes: rules.iamScopes, by: 'iam', isPerson: Boolean(cognitoIdentity) };
}
