// Callers whom API Gateway has authenticated before it invoked the function, by a JWT or by IAM.
import * as z from 'zod';

/** Who was authenticated and how. Whether a browser speaks is decided in authenticate.ts. */
export interface Authenticated {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly by: 'jwt' | 'iam' | 'key';
}

const authorizer = z.object({
  jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).nullish(),
  iam: z.object({ userArn: z.string() }).nullish(),
});

/** The caller that the event names; undefined when the deployment has no authorizer of these kinds on the route. */
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

// API Gateway passes a claim that is an array on as the text "[a b]". Cognito puts the name of the resource server,
// which is millrace here, before each scope.
function claimedScopes(claim: unknown): string[] {
  const scopes = Array.isArray(claim) ? claim : String(claim ?? '').split(/[\s[\]]+/);
  return scopes.map((scope) => String(scope).replace(/^millrace\//, ''));
}
