// Tokens of an identity provider: which ones API Gateway lets in, and how the function reads them.
import { CLIENT_CLAIM, SCOPE_CLAIM, SCOPE_PREFIX } from '#functions/environment.ts';

/** Whose tokens API Gateway lets in, and how the function reads them. */
export interface JwtOptions {
  /** Exactly as the tokens' `iss` has it, with or without a slash at its end. API Gateway finds the keys below it. */
  readonly issuer: string;
  /** A token needs one of these as its `aud`, or where it has none, as its `client_id`. */
  readonly audience: readonly string[];
  /** The claims that hold scopes, such as `['scp', 'roles']`. Default `['scope']`. */
  readonly scopeClaims?: readonly string[];
  /** Scopes count that begin with it, without it. Default: all count, and Cognito's `millrace/` is taken off. */
  readonly scopePrefix?: string;
  /** The claim with its value that marks tokens of programs, such as `idtyp=app`. Default: their subject is their client. */
  readonly clientClaim?: string;
}

/** All that API Gateway needs to know. Throws a TypeError that says what was expected. */
export function requireJwt(given: Partial<JwtOptions> = {}): JwtOptions {
  const { issuer, audience, scopeClaims = ['scope'], scopePrefix = 'any', clientClaim } = given;
  if (issuer === undefined || audience === undefined)
    throw new TypeError(
      'The way "jwt" needs the issuer and the audience of its tokens: jwtIssuer and jwtAudience in the context',
    );
  if (!isIssuer(issuer))
    throw new TypeError(
      `The issuer of JWTs is a URL such as https://login.shop.example, as "iss" has it; got "${issuer}"`,
    );
  if (!areWords(audience))
    throw new TypeError(
      `The audience is one text or several, without spaces; got ${json(audience)}`,
    );
  if (!areWords(scopeClaims))
    throw new TypeError(`The claims with scopes are one name or several; got ${json(scopeClaims)}`);
  if (!areWords([scopePrefix]))
    throw new TypeError(`The prefix of scopes is a text without spaces; got "${scopePrefix}"`);
  if (clientClaim !== undefined && !/^[^=\s]+=\S.*$/.test(clientClaim))
    throw new TypeError(
      `The claim that marks programs has its value with it, such as idtyp=app; got "${clientClaim}"`,
    );
  return { ...given, issuer, audience };
}

/** What the function is told of the tokens, as far as it is not as by default. */
export function jwtEnvironment(options: Partial<JwtOptions>): Record<string, string> {
  const { scopeClaims, scopePrefix, clientClaim } = options;
  return {
    ...(scopeClaims && { [SCOPE_CLAIM]: scopeClaims.join(' ') }),
    ...(scopePrefix && { [SCOPE_PREFIX]: scopePrefix }),
    ...(clientClaim && { [CLIENT_CLAIM]: clientClaim }),
  };
}

const isIssuer = (text: string) => /^https:\/\/[^\s?#]+$/.test(text) && URL.canParse(text);

// The function takes names apart at spaces and commas.
const areWords = (texts: readonly string[]) =>
  texts.length > 0 && texts.every((text) => /^[^\s,]+$/.test(text));

const json = (texts: readonly string[]) => JSON.stringify(texts);
