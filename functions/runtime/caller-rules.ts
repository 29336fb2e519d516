// How the deployment has callers read whom API Gateway has authenticated: where their scopes stand, and who is a program.

import {
  CLIENT_CLAIM,
  IAM_SCOPES,
  SCOPE_CLAIM,
  SCOPE_PREFIX,
  TRUST_PEOPLE,
} from '#functions/environment.ts';
import { misuse } from '#queue/misuse.ts';

export interface CallerRules {
  /** What callers may do whom IAM has authenticated. */
  readonly iamScopes: readonly string[];
  /** The claims of a JWT that hold scopes; what any of them has counts. */
  readonly scopeClaims: readonly string[];
  /** Scopes count that begin with it, without it. Undefined: all count, and Cognito's `millrace/` is taken off. */
  readonly scopePrefix: string | undefined;
  /** The claim, with its value, by which the issuer marks the token of a program rather than of a person. */
  readonly clientClaim: { readonly name: string; readonly value: string } | undefined;
  /** Whether people may enqueue what their scopes say, and not only what browsers may. */
  readonly trustsPeople: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a TypeError when the claim of programs has no value. */
export function readCallerRules(environment: Environment): CallerRules {
  return {
    iamScopes: words(environment[IAM_SCOPES]),
    scopeClaims: words(environment[SCOPE_CLAIM] || 'scope'),
    scopePrefix: environment[SCOPE_PREFIX],
    clientClaim: claimWithValue(environment[CLIENT_CLAIM]),
    trustsPeople: environment[TRUST_PEOPLE] === 'on',
  };
}

const words = (text = '') => text.split(/[\s,]+/).filter((word) => word !== '');

function claimWithValue(text: string | undefined): CallerRules['clientClaim'] {
  if (!text) return undefined;
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { name, value };
  misuse(`${CLIENT_CLAIM} is a claim with its value, such as idtyp=app; got "${text}"`);
}
