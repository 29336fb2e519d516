import { readFileSync } from 'node:fs';
import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { readSettings } from '#infra/settings.ts';

const settingsOf = (context: Record<string, unknown>) => readSettings(new App({ context }).node);

test('an operator who sets nothing gets the defaults', () => {
  expect(settingsOf({})).toEqual({});
});

test('keys of the CDK and its command line, and those of cdk.json, are nobody’s typing mistake', () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  expect(
    settingsOf({
      ...context,
      'aws:cdk:bundling-stacks': [],
      'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'],
      'acknowledged-issue-numbers': [32775],
      'shop:own': 'yes',
    }),
  ).toEqual({});
});

test('parameter, origins and topic come from the context', () => {
  const topicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
  expect(
    settingsOf({
      databaseUrlParameter: '/shop/database-url',
      corsOrigins: 'https://shop.example, http://localhost:3000',
      alarmTopicArn: topicArn,
    }),
  ).toEqual({
    databaseUrl: { parameterName: '/shop/database-url' },
    api: { corsOrigins: ['https://shop.example', 'http://localhost:3000'] },
    alarms: { topicArn },
  });
});

test('ways to call are plain values', () => {
  expect(
    settingsOf({
      auth: 'jwt, keys,iam',
      jwtIssuer: 'https://shop.eu.auth0.com/',
      jwtAudience: 'https://millrace.shop.example',
      jwtScopeClaim: 'scp,roles',
      jwtScopePrefix: 'millrace:',
      jwtClientClaim: 'gty=client-credentials',
      trustPeople: 'true',
      iamScopes: 'enqueue:order.*,read',
    }),
  ).toEqual({
    api: {
      auth: ['jwt', 'keys', 'iam'],
      jwt: {
        issuer: 'https://shop.eu.auth0.com/',
        audience: ['https://millrace.shop.example'],
        scopeClaims: ['scp', 'roles'],
        scopePrefix: 'millrace:',
        clientClaim: 'gty=client-credentials',
      },
      trustPeople: true,
      iamScopes: ['enqueue:order.*', 'read'],
    },
  });
});

test('the driver is one of two', () => {
  expect(settingsOf({ driver: 'pg' })).toEqual({ driver: 'pg' });
  expect(() => settingsOf({ driver: 'mysql' })).toThrow('one of neon, pg; got "mysql"');
});

test('each mode is one key', () => {
  expect(settingsOf({ sleep: true, eager: true, handOver: 8 })).toEqual({
    sleep: true,
    eager: true,
    handOver: 8,
  });
  expect(settingsOf({ sleep: 1.1 })).toEqual({ sleep: { backstop: Duration.minutes(66) } });
  expect(settingsOf({ sleep: false, eager: false })).toEqual({ eager: false });
});

test('sizes, times and limits come from the context', () => {
  expect(
    settingsOf({
      stage: 'prod',
      databases: '3',
      httpMemory: '1024',
      httpTimeout: 20,
      consumerMemory: 1769,
      consumerTimeout: '80',
      consumerConcurrency: 4,
      consumerEnvironment: '{"CURRENCY":"EUR"}',
      consumerSecrets: { CRM_SECRETS: '/shop/crm-secrets', ERP_SECRETS: 'arn:aws:secret' },
      sqsMemory: 512,
      sqsTimeout: '300',
      sqsConcurrency: 20,
      tickMinutes: '5',
      architecture: 'x86_64',
      logDays: '90',
      keepLogs: 'true',
      console: 'false',
      throttleRate: 500,
      throttleBurst: '800',
      domainName: 'queue.shop.example',
      domainCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1111-2222',
    }),
  ).toEqual({
    stage: 'prod',
    databases: 3,
    http: { memorySize: 1024, timeout: Duration.seconds(20) },
    consumer: {
      memorySize: 1769,
      timeout: Duration.seconds(80),
      reservedConcurrentExecutions: 4,
      environment: { CURRENCY: 'EUR' },
      secrets: {
        CRM_SECRETS: { parameterName: '/shop/crm-secrets' },
        ERP_SECRETS: { secretArn: 'arn:aws:secret' },
      },
    },
    sqs: { memorySize: 512, timeout: Duration.seconds(300), maximumConcurrency: 20 },
    tickEvery: Duration.minutes(5),
    architecture: Architecture.X86_64,
    logs: { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.RETAIN },
    api: {
      console: false,
      throttle: { rateLimit: 500, burstLimit: 800 },
      domain: {
        name: 'queue.shop.example',
        certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1111-2222',
      },
    },
  });
});

test('what watches the deployment is chosen and switched off by keys', () => {
  expect(settingsOf({ metrics: 'queues', dashboard: false })).toEqual({
    metrics: 'queues',
    dashboard: false,
  });
  expect(settingsOf({ metrics: false })).toEqual({ metrics: false });
  expect(settingsOf({ metrics: 'true' })).toEqual({});
  expect(
    settingsOf({
      alarmsOff: 'consumerHeartbeat, httpLatency',
      runbookUrl: 'https://wiki.example/m',
    }),
  ).toEqual({
    alarms: { consumerHeartbeat: false, httpLatency: false, runbookUrl: 'https://wiki.example/m' },
  });
});

test.each([
  [{ metrics: 'all' }, /"metrics" is true, false, "drain" or "queues"; got "all"/],
  [
    { alarmsOff: 'heartbeat' },
    /"alarmsOff" is one or several of consumerErrors, .*; got "heartbeat"/,
  ],
  [{ runbookUrl: 'docs/runbook.md' }, /"runbookUrl" is a URL such as/],
])('%j is refused with what is expected', (context, sentence) => {
  expect(() => settingsOf(context)).toThrow(sentence);
});

describe('a value', () => {
  test.each([
    ['a number', { consumerMemory: 1769 }, { consumerMemory: '1769' }],
    ['a flag', { migrateOnDeploy: false }, { migrateOnDeploy: 'false' }],
    ['a list', { corsOrigins: ['https://a.example', '*'] }, { corsOrigins: 'https://a.example,*' }],
    ['a flag or a number', { sleep: true }, { sleep: 'true' }],
    ['a number or a flag', { sleep: 0.5 }, { sleep: '0.5' }],
    ['an object', { tags: { team: 'shop' } }, { tags: '{"team":"shop"}' }],
  ])('means in cdk.json what it means as a text of --context: %s', (_, json, words) => {
    expect(settingsOf(words)).toEqual(settingsOf(json));
  });

  test.each([
    ['corsOrigins', 7, 'origins such as https://shop.example, separated by commas; got 7'],
    ['migrateOnDeploy', 'no', 'true or false; got "no"'],
    ['consumerMemory', '1 GB', 'a whole number of MB from 256 to 10240; got "1 GB"'],
    ['consumerMemory', '', 'a whole number of MB from 256 to 10240; got ""'],
    ['consumerMemory', 64, 'a whole number of MB from 256 to 10240; got 64'],
    ['databaseUrlParameter', null, 'a name such as /shop/database-url; got null'],
    [
      'stage',
      'pré prod',
      'a name such as prod or pr-12, of at most 32 letters, digits and hyphens',
    ],
    ['databaseUrlKeyArn', 'alias/shop', 'the ARN of a KMS key; got "alias/shop"'],
    ['alarmTopicArn', 'on-call', 'the ARN of an SNS topic; got "on-call"'],
    [
      'sleep',
      0.2,
      'true, false, or a number of hours between two looks of the backstop from 0.25 to 24; got 0.2',
    ],
    ['sleep', '25', 'true, false, or a number of hours'],
    ['sleep', '', 'true, false, or a number of hours'],
    [
      'auth',
      'keys,basic',
      'one or several of keys, jwt, iam, separated by commas; got "keys,basic"',
    ],
    ['auth', '', 'one or several of keys, jwt, iam, separated by commas; got ""'],
    ['jwtIssuer', 'login.shop.example', 'the issuer of JWTs, such as https://login.shop.example'],
    ['jwtClientClaim', 'idtyp', 'a claim with its value, such as idtyp=app; got "idtyp"'],
    ['eager', 'yes', 'true or false; got "yes"'],
    ['handOver', -1, 'a whole number of further invocations from 1 to 100; got -1'],
    ['handOver', '2.5', 'a whole number of further invocations from 1 to 100; got "2.5"'],
    ['sqsConcurrency', 1, 'a whole number of invocations from 2 to 1000; got 1'],
    ['sqsTimeout', 5, 'a whole number of seconds from 10 to 900; got 5'],
    ['tags', 'team=shop', 'tags of the stack, as a JSON object of texts; got "team=shop"'],
    ['tags', { team: 7 }, 'tags of the stack, as a JSON object of texts; got {"team":7}'],
  ])('of the wrong kind is refused by name: %s = %o', (key, value, sentence) => {
    expect(() => settingsOf({ [key]: value })).toThrow(`The context value "${key}" is ${sentence}`);
  });
});

test('a connection string that was given in place of its name is not repeated', () => {
  const url = 'postgres://queue:secret@db.example/shop';
  for (const key of ['databaseUrlParameter', 'databaseUrlSecret', 'stage'])
    expect(() => settingsOf({ [key]: url })).toThrow(/got a text like a connection string$/);
});

test('a secret is given by its name or by its ARN, its key by an ARN', () => {
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-a1B2c3';
  const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1111-2222';
  expect(settingsOf({ databaseUrlSecret: 'shop', databaseUrlPerFunction: 'true' })).toEqual({
    databaseUrl: { secretName: 'shop', perFunction: true },
  });
  expect(settingsOf({ databaseUrlSecret: secretArn, databaseUrlKeyArn: keyArn })).toEqual({
    databaseUrl: { secretArn, encryptionKey: { keyArn } },
  });
});

describe('a key that is not known', () => {
  test.each([
    ['corsOrigin', 'corsOrigins'],
    ['databaseURLParameter', 'databaseUrlParameter'],
    ['alarmTopic', 'alarmTopicArn'],
  ])('is refused with the one that was meant: %s, %s', (key, meant) => {
    expect(() => settingsOf({ [key]: 'x' })).toThrow(
      `The context has no key "${key}". Did you mean "${meant}"?`,
    );
  });

  test('is refused with all that there are, when none is near', () => {
    expect(() => settingsOf({ colour: 'x' })).toThrow(/"colour"\. There are .*corsOrigins.*/);
  });

  test('is not taken for a property that every object has', () => {
    expect(() => settingsOf({ constructor: 'x' })).toThrow(/no key "constructor"/);
  });
});

test('all faults are reported at once', () => {
  expect(() => settingsOf({ corsOrigin: 'x', consumerMemory: 1 })).toThrow(
    /"corsOrigin".*\n.*"consumerMemory"/,
  );
});

test('docs/deploy.md has a row for every key, and for no other', () => {
  const guide = readFileSync('docs/deploy.md', 'utf8');
  const [, table = ''] = guide.split('| context key');
  const [rows = ''] = table.split('\n\n');
  const named = [...rows.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').split(', '),
  );
  let known = '';
  try {
    settingsOf({ 'nothing-like-it': 1 });
  } catch (error) {
    known = /There are (.*?)\./.exec(String(error))?.[1] ?? '';
  }
  expect(named.toSorted()).toEqual(known.split(', ').toSorted());
});
