import { describe, expect, test } from 'vitest';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { readSettings } from '#functions/runtime/settings.ts';

const cloud = {
  MILLRACE_DATABASE_URL_PARAMETER: '/shop/database-url',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
};

describe('settings', () => {
  test('name the parameter and how to read it in the cloud', () => {
    expect(readSettings({ ...cloud, AWS_SESSION_TOKEN: 'token' }).databaseUrl).toEqual({
      from: 'parameter',
      name: '/shop/database-url',
      access: {
        region: 'eu-central-1',
        accessKeyId: 'id',
        secretAccessKey: 'key',
        sessionToken: 'token',
        endpoints: {},
      },
    });
  });

  test('take the connection string itself on a laptop', () => {
    expect(readSettings({ MILLRACE_DATABASE_URL: 'postgresql://u:p@localhost/db' })).toEqual({
      databaseUrl: { from: 'environment', url: 'postgresql://u:p@localhost/db' },
      allowedOrigins: [],
      callerRules: {
        iamScopes: [],
        scopeClaims: ['scope'],
        scopePrefix: undefined,
        clientClaim: undefined,
        trustsPeople: false,
      },
    });
  });

  test('name the secret instead of the parameter, and not beside it', () => {
    const { MILLRACE_DATABASE_URL_PARAMETER: _, ...access } = cloud;
    const MILLRACE_DATABASE_URL_SECRET = 'shop/database-url';
    expect(readSettings({ ...access, MILLRACE_DATABASE_URL_SECRET }).databaseUrl).toMatchObject({
      from: 'secret',
      name: 'shop/database-url',
    });
    expect(() => readSettings({ ...cloud, MILLRACE_DATABASE_URL_SECRET })).toThrow(
      'The connection string has one place: leave out MILLRACE_DATABASE_URL_SECRET or MILLRACE_DATABASE_URL_PARAMETER',
    );
  });

  test('prefer the parameter when both are there', () => {
    const both = { ...cloud, MILLRACE_DATABASE_URL: 'postgresql://u:p@localhost/db' };
    expect(readSettings(both).databaseUrl.from).toBe('parameter');
  });

  test('say everything that is missing at once', () => {
    expect(() => readSettings({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: '' })).toThrow(
      /MILLRACE_DATABASE_URL_PARAMETER, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY$/,
    );
  });

  test('are closed by default and list origins and scopes with spaces or commas', () => {
    const settings = readSettings({
      ...cloud,
      MILLRACE_ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      MILLRACE_IAM_SCOPES: 'read enqueue:order.*',
    });
    expect(settings.allowedOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(settings.callerRules.iamScopes).toEqual(['read', 'enqueue:order.*']);
  });

  test('say how the tokens of an issuer are read', () => {
    const { callerRules } = readSettings({
      MILLRACE_DATABASE_URL: 'postgresql://u:p@localhost/db',
      MILLRACE_SCOPE_CLAIM: 'scp https://shop.example/roles',
      MILLRACE_SCOPE_PREFIX: 'queue:',
      MILLRACE_CLIENT_CLAIM: 'gty=client-credentials',
      MILLRACE_TRUST_PEOPLE: 'on',
    });
    expect(callerRules).toEqual({
      iamScopes: [],
      scopeClaims: ['scp', 'https://shop.example/roles'],
      scopePrefix: 'queue:',
      clientClaim: { name: 'gty', value: 'client-credentials' },
      trustsPeople: true,
    });
  });

  test.each(['idtyp', '=app', 'idtyp='])(
    'refuse a mark of programs without a value: %s',
    (mark) => {
      const environment = {
        MILLRACE_DATABASE_URL: 'postgresql://u:p@localhost/db',
        MILLRACE_CLIENT_CLAIM: mark,
      };
      expect(() => readSettings(environment)).toThrow(/such as idtyp=app; got/);
    },
  );
});

describe('the number of databases', () => {
  test.each([
    [undefined, 1],
    ['', 1],
    ['1', 1],
    ['16', 16],
  ])('%j is %d', (text, databases) => {
    expect(readDatabases({ MILLRACE_DATABASES: text })).toBe(databases);
  });

  test.each(['0', '17', '1.5', 'two', '-1'])('is not %j', (text) => {
    expect(() => readDatabases({ MILLRACE_DATABASES: text })).toThrow(
      `MILLRACE_DATABASES is a whole number from 1 to 16; got "${text}"`,
    );
  });
});
