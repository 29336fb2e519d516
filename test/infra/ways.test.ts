// The ways to call that stand side by side: which routes each has, whom the gateway lets in, and what the function is told.
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import {
  CLIENT_CLAIM,
  IAM_SCOPES,
  SCOPE_CLAIM,
  SCOPE_PREFIX,
  TRUST_PEOPLE,
} from '#functions/environment.ts';
import type { ApiOptions } from '#infra/api/api-options.ts';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const jwt = { issuer: 'https://login.shop.example/', audience: ['millrace', 'shop'] };

const routesOf = (template: Template): Record<string, string> =>
  Object.fromEntries(
    resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]),
  );

const names = [IAM_SCOPES, SCOPE_CLAIM, SCOPE_PREFIX, CLIENT_CLAIM, TRUST_PEOPLE];

function told(api: ApiOptions): Record<string, unknown> {
  const [, { Properties }] = resourceAt(
    synthesize({ api }),
    'AWS::Lambda::Function',
    'MillraceHttp',
  );
  const variables = Object.entries(Properties.Environment.Variables);
  return Object.fromEntries(variables.filter(([name]) => names.includes(name)));
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const everything = (mount: string, authorization: string): Record<string, string> =>
  Object.fromEntries(methods.map((method) => [`${method} ${mount}/v1/{proxy+}`, authorization]));
const guarded = (mount: string, authorization: string): Record<string, string> => ({
  ...everything(mount, authorization),
  [`GET ${mount}/v1/health`]: 'NONE',
  [`GET ${mount}/v1/openapi.json`]: 'NONE',
});

const cases: [ApiOptions, Record<string, string>][] = [
  [{}, everything('', 'NONE')],
  [{ auth: ['keys'] }, everything('', 'NONE')],
  [{ auth: ['jwt'], jwt }, guarded('', 'JWT')],
  [{ auth: ['iam'] }, guarded('', 'AWS_IAM')],
  [
    { auth: ['keys', 'jwt'], jwt },
    { ...everything('', 'NONE'), ...guarded('/jwt', 'JWT') },
  ],
  [
    { auth: ['jwt', 'keys'], jwt },
    { ...guarded('', 'JWT'), ...everything('/keys', 'NONE') },
  ],
  [
    { auth: ['iam', 'jwt'], jwt },
    { ...guarded('', 'AWS_IAM'), ...guarded('/jwt', 'JWT') },
  ],
  [
    { auth: ['keys', 'jwt', 'iam'], jwt },
    { ...everything('', 'NONE'), ...guarded('/jwt', 'JWT'), ...guarded('/iam', 'AWS_IAM') },
  ],
];
test.each(cases)('%j: the first way has the API at /v1, each other at its mount', (api, routes) => {
  expect(routesOf(synthesize({ api: { ...api, console: false } }))).toEqual(routes);
});

test('API keys alone, which are the default, leave the template as it is', () => {
  expect(synthesize({ api: { auth: ['keys'] } }).toJSON()).toEqual(synthesize().toJSON());
});

test('the gateway lets in tokens of the issuer for the audience, and asks for them where clients put them', () => {
  const template = synthesize({ api: { auth: ['keys', 'jwt'], jwt } });
  expect(resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer')).toHaveLength(1);
  template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
  });
});

test('all ways reach one function, which this API alone may invoke', () => {
  const template = synthesize({ api: { auth: ['keys', 'jwt', 'iam'], jwt } });
  expect(resourcesOf(template, 'AWS::ApiGatewayV2::Integration')).toHaveLength(1);
  expect(resourcesOf(template, 'AWS::Lambda::Permission')).toHaveLength(1);
});

describe('the function is told', () => {
  test.each([
    ['nothing by default', {}, {}],
    ['nothing of tokens that are as by default', { auth: ['jwt'], jwt }, {}],
    ['what callers by IAM may do', { auth: ['keys', 'iam'] }, { [IAM_SCOPES]: 'enqueue:*' }],
    [
      'what the operator lets them do',
      { auth: ['iam'], iamScopes: ['enqueue:order.*', 'read'] },
      { [IAM_SCOPES]: 'enqueue:order.* read' },
    ],
    [
      'how tokens of Entra are read',
      { auth: ['jwt'], jwt: { ...jwt, scopeClaims: ['scp', 'roles'], clientClaim: 'idtyp=app' } },
      { [SCOPE_CLAIM]: 'scp roles', [CLIENT_CLAIM]: 'idtyp=app' },
    ],
    [
      'what scopes begin with, and that people are trusted',
      { auth: ['jwt'], jwt: { ...jwt, scopePrefix: 'millrace:' }, trustPeople: true },
      { [SCOPE_PREFIX]: 'millrace:', [TRUST_PEOPLE]: 'on' },
    ],
  ] as const)('%s', (_name, api, expected) => {
    expect(told(api)).toEqual(expected);
  });
});

describe('is refused with what is expected:', () => {
  const among = (api: object) => ({ auth: ['jwt'], ...api }) as ApiOptions;
  test.each([
    ['no way', { auth: [] }, /one or several of keys, jwt, iam, each once; got \[\]/],
    ['an unknown way', { auth: ['basic'] }, /one or several of keys, jwt, iam.*got \["basic"\]/],
    ['a way that is there twice', { auth: ['jwt', 'jwt'], jwt }, /each once/],
    [
      'jwt without an issuer',
      { auth: ['jwt'], jwt: { audience: ['millrace'] } },
      /needs the issuer and the audience/,
    ],
    ['jwt without anything', { auth: ['keys', 'jwt'] }, /jwtIssuer and jwtAudience/],
    [
      'an issuer that nothing uses',
      { jwt },
      /"jwt" is not among the ways to call: list it in auth/,
    ],
    ['scopes that nobody has', { iamScopes: ['read'] }, /"iam" is not among the ways to call/],
    [
      'an issuer over http',
      among({ jwt: { ...jwt, issuer: 'http://login.example' } }),
      /URL such as https/,
    ],
    [
      'an issuer with a query',
      among({ jwt: { ...jwt, issuer: 'https://a.example/?x' } }),
      /URL such as https/,
    ],
    [
      'an issuer that is no URL',
      among({ jwt: { ...jwt, issuer: 'https://' } }),
      /URL such as https/,
    ],
    ['no audience', among({ jwt: { ...jwt, audience: [] } }), /audience is one text or several/],
    [
      'an empty audience',
      among({ jwt: { ...jwt, audience: [''] } }),
      /audience is one text or several/,
    ],
    ['no claim', among({ jwt: { ...jwt, scopeClaims: [] } }), /claims with scopes/],
    [
      'two claims in one',
      among({ jwt: { ...jwt, scopeClaims: ['scp roles'] } }),
      /claims with scopes/,
    ],
    ['an empty prefix', among({ jwt: { ...jwt, scopePrefix: '' } }), /prefix of scopes/],
    [
      'a mark without a value',
      among({ jwt: { ...jwt, clientClaim: 'idtyp' } }),
      /such as idtyp=app; got "idtyp"/,
    ],
    [
      'a scope that is none',
      { auth: ['iam'], iamScopes: ['enque:*'] },
      /enqueue:order\.\*; got "enque:\*"/,
    ],
    ['a pattern in the middle', { auth: ['iam'], iamScopes: ['enqueue:*.placed'] }, /A scope is/],
  ])('%s', (_name, api, sentence) => {
    expect(() => synthesize({ api: api as ApiOptions })).toThrow(sentence);
  });
});
