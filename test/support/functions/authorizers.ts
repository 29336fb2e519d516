// What API Gateway's authorizers put into an event, and claims as well-known issuers have them. The gateway passes every claim on
// as a text, and an array as "[a b]".

type Claims = Readonly<Record<string, unknown>>;

export const jwt = (claims: Claims) => ({ jwt: { claims, scopes: null } });

const times = { iat: '1796000000', exp: '1796003600' };

const cognito = {
  ...times,
  iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example',
  token_use: 'access',
  version: '2',
};
const auth0 = {
  ...times,
  iss: 'https://shop.eu.auth0.com/',
  aud: '[https://millrace.shop.example https://shop.eu.auth0.com/userinfo]',
};
const okta = {
  ...times,
  iss: 'https://shop.okta.com/oauth2/default',
  aud: 'millrace',
  ver: '1',
  cid: '0oa1example',
};
const entra = {
  ...times,
  iss: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
  aud: 'api://millrace',
  ver: '2.0',
};

/** Tokens of people, and of programs that have called for themselves, each with the scopes that it is given. */
export const issued = {
  cognito: {
    person: (scopes: string[]) => ({
      ...cognito,
      sub: '7b6d5f0c-0d5c-4d0e-8f4e-8d1b2f3c4d5e',
      client_id: '1example23456789',
      username: 'reader',
      'cognito:groups': '[readers admins]',
      scope: scopes.join(' '),
    }),
    client: (scopes: string[]) => ({
      ...cognito,
      sub: '1example23456789',
      client_id: '1example23456789',
      scope: scopes.join(' '),
    }),
  },
  auth0: {
    person: (permissions: string[]) => ({
      ...auth0,
      sub: 'auth0|5fe435b5cbbc85006b071eba',
      azp: 'FT6TMjfHI2lkxjpAbG5tCjEdiEkyvMCA',
      scope: 'openid profile',
      permissions: `[${permissions.join(' ')}]`,
    }),
    client: (permissions: string[]) => ({
      ...auth0,
      aud: 'https://millrace.shop.example',
      sub: 'FT6TMjfHI2lkxjpAbG5tCjEdiEkyvMCA@clients',
      azp: 'FT6TMjfHI2lkxjpAbG5tCjEdiEkyvMCA',
      gty: 'client-credentials',
      permissions: `[${permissions.join(' ')}]`,
    }),
  },
  okta: {
    person: (scopes: string[]) => ({
      ...okta,
      sub: 'reader@shop.example',
      uid: '00u1example',
      scp: `[${scopes.join(' ')}]`,
    }),
    client: (scopes: string[]) => ({ ...okta, sub: '0oa1example', scp: `[${scopes.join(' ')}]` }),
  },
  entra: {
    person: (scopes: string[]) => ({
      ...entra,
      sub: 'AAAAAAAAAAAAAAAAAAAAAExample',
      oid: '99999999-2222-3333-4444-555555555555',
      azp: '88888888-2222-3333-4444-555555555555',
      idtyp: 'user',
      scp: scopes.join(' '),
    }),
    client: (roles: string[]) => ({
      ...entra,
      sub: '77777777-2222-3333-4444-555555555555',
      oid: '77777777-2222-3333-4444-555555555555',
      azp: '88888888-2222-3333-4444-555555555555',
      idtyp: 'app',
      roles: `[${roles.join(' ')}]`,
    }),
  },
} as const;

const signedBy = (userArn: string, cognitoIdentity: object | null) => ({
  iam: {
    accessKey: 'ASIAEXAMPLE',
    accountId: '123456789012',
    callerId: 'AROAEXAMPLE:session',
    cognitoIdentity,
    principalOrgId: 'o-example',
    userArn,
    userId: 'AROAEXAMPLE:session',
  },
});

/** A session of an IAM role. */
export const assumedRole = (session: string) =>
  signedBy(`arn:aws:sts::123456789012:assumed-role/shop/${session}`, null);

/** A person, or a visitor who has not signed in, by the credentials that a Cognito identity pool gives to browsers. */
export const poolIdentity = (identityId: string) =>
  signedBy('arn:aws:sts::123456789012:assumed-role/Readers/CognitoIdentityCredentials', {
    amr: ['unauthenticated'],
    identityId,
    identityPoolId: 'eu-central-1:11111111-2222-3333-4444-555555555555',
  });
