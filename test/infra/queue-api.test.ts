import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ALLOWED_ORIGINS, WAYS } from '#functions/environment.ts';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const routesOf = (template: Template): Record<string, string> =>
  Object.fromEntries(
    resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]),
  );

const httpEnvironment = (template: Template) =>
  resourceAt(template, 'AWS::Lambda::Function', 'MillraceHttp')[1].Properties.Environment.Variables;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const everything = (authorization: string): Record<string, string> =>
  Object.fromEntries(methods.map((method) => [`${method} /v1/{proxy+}`, authorization]));

const plain = synthesize();
const [, plainApi] = resourceAt(plain, 'AWS::ApiGatewayV2::Api', 'MillraceApi');

const console = Object.fromEntries(
  ['/console', '/console/{proxy+}'].flatMap((path) =>
    ['GET', 'HEAD'].map((method) => [`${method} ${path}`, 'NONE']),
  ),
);

describe('by default', () => {
  test('the function sees every request below /v1, because it checks the API keys, and the console needs none', () => {
    expect(routesOf(plain)).toEqual({ ...everything('NONE'), ...console });
  });

  test('the function may be invoked by this API only', () => {
    const permissions = resourcesOf(plain, 'AWS::Lambda::Permission');
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions)).toContain('{"Ref":"MillraceApi');
  });

  test('a flood is cut off', () => {
    plain.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
  });

  test('no browser may call', () => {
    expect(plainApi.Properties.CorsConfiguration).toBeUndefined();
    expect(httpEnvironment(plain)).not.toHaveProperty(ALLOWED_ORIGINS);
  });

  test('the function gives up before API Gateway does', () => {
    const [, http] = resourceAt(plain, 'AWS::Lambda::Function', 'MillraceHttp');
    expect(http.Properties.Timeout).toBeLessThan(30);
  });
});

describe('origins', () => {
  const corsOrigins = ['https://shop.example', 'http://localhost:3000'];
  const template = synthesize({ api: { corsOrigins } });

  test('may enqueue from the browser, with a key against duplicates', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: corsOrigins,
        AllowMethods: ['GET', 'POST', 'DELETE'],
        AllowHeaders: [
          ...['authorization', 'content-type', 'idempotency-key'],
          ...['status-token', 'traceparent'],
        ],
      },
    });
  });

  test('are known to the function too', () => {
    expect(httpEnvironment(template)[ALLOWED_ORIGINS]).toBe(corsOrigins.join(' '));
  });

  test.each(['https://shop.example/', 'shop.example', 'https://shop.example/cart', ''])(
    'are refused when no browser would send them: "%s"',
    (origin) => {
      expect(() => synthesize({ api: { corsOrigins: [origin] } })).toThrow(/CORS origin/);
    },
  );
});

describe('the console', () => {
  test('can be left out', () => {
    expect(routesOf(synthesize({ api: { console: false } }))).toEqual(everything('NONE'));
  });

  test('is left out where only signed requests are taken, which no page can send', () => {
    const routes = Object.keys(routesOf(synthesize({ api: { auth: ['iam'] } })));
    expect(routes.filter((route) => route.includes('/console'))).toEqual([]);
  });

  test('is told of the ways to call, where there are others than keys', () => {
    expect(httpEnvironment(plain)).not.toHaveProperty(WAYS);
    const jwt = { issuer: 'https://login.shop.example', audience: ['millrace'] };
    const both = synthesize({ api: { auth: ['jwt', 'keys'], jwt } });
    expect(httpEnvironment(both)).toMatchObject({ [WAYS]: 'jwt keys' });
    expect(routesOf(both)).toMatchObject(console);
  });
});
