// Callers that API Gateway has authenticated already, by a JWT or by IAM.
import * as z from 'zod';

/** A caller as authentication finds it; whether a browser speaks is the request's matter. */
export interface Authenticated {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly by: 'jwt' | 'iam' | 'key';
}

const authorizer = z.object({
  jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).nullish(),
  iam: z.object({ userArn: z.string() }).nullish(),
});

/** Undefined when API Gateway let the request through without an authorizer of these kinds. */
export function gatewayCaller(
  requestContext: object,
  iamScopes: readonly string[],
): Authenticated | undefined {
  const given = 'authorizer' in requestContext ? requestContext.authorizer : undefined;
  const { data } = authorizer.safeParse(given);
  if (data?.jwt) {
    const { sub, client_id, scope } = data.jwt.claims;
    return { name: String(sub ?? client_id ?? 'jwt'), scopes: claimedScopes(scope), by: 'jwt' };
  }
  if (data?.iam) return { name: data.iam.userArn, scopes: iamScopes, by: 'iam' };
}

// API Gateway turns an array claim into "[a b]"; Cognito puts the resource server's name before its scopes.
function claimedScopes(claim: unknown): string[] {
  const scopes = Array.isArray(claim) ? claim : String(claim ?? '').split(/[\s[\]]+/);
  return scopes.map((scope) => String(scope).replace(/^millrace\//, ''));
}
