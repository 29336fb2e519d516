// Who calls with a JWT that API Gateway has verified, read from its claims: each issuer has its own names for the same things.
import type { Problem } from '#functions/http/problem.ts';
import type { CallerRules } from '#functions/runtime/caller-rules.ts';
import type { Authenticated } from './authenticated.ts';
import { unauthenticated } from './unauthenticated.ts';

type Claims = Readonly<Record<string, unknown>>;

// The client that a token was issued to, as RFC 9068 and Cognito have it, Okta, and OpenID Connect.
const clientClaims = ['client_id', 'cid', 'azp'];

/** A caller needs a subject: without one, idempotency keys of strangers would be one caller's. */
export function tokenCaller(claims: Claims, rules: CallerRules): Authenticated | Problem {
  const { sub } = claims;
  const isPerson = !isClient(claims, rules.clientClaim);
  const name = sub ?? (isPerson ? undefined : clientOf(claims));
  if (typeof name !== 'string' || name === '')
    return unauthenticated('The token names no subject: it needs the claim "sub".');
  return { name, scopes: scopesOf(claims, rules), by: 'jwt', isPerson };
}

const clientOf = (claims: Claims) =>
  clientClaims.map((claim) => claims[claim]).find((client) => client !== undefined);

/**
 * Whether a program calls for itself (the client credentials grant), and no person through it. Then the subject is the client
 * (RFC 9068, section 2.2), or the issuer marks it by a claim of its own.
 */
function isClient(claims: Claims, mark: CallerRules['clientClaim']): boolean {
  const { sub } = claims;
  const isItsSubject = sub !== undefined && clientClaims.some((claim) => claims[claim] === sub);
  return isItsSubject || (mark !== undefined && claims[mark.name] === mark.value);
}

function scopesOf(claims: Claims, { scopeClaims, scopePrefix }: CallerRules): string[] {
  const words = scopeClaims.flatMap((claim) => wordsOf(claims[claim]));
  if (scopePrefix === undefined) return words.map((word) => word.replace(/^millrace\//, ''));
  return words
    .filter((word) => word.startsWith(scopePrefix))
    .map((word) => word.slice(scopePrefix.length));
}

// API Gateway passes every claim on as a text, and one that is an array as "[a b]".
function wordsOf(claim: unknown): string[] {
  const words = Array.isArray(claim) ? claim.map(String) : String(claim ?? '').split(/[\s[\]]+/);
  return words.filter((word) => word !== '');
}
