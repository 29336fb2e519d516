import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { DATABASE_URL_PARAMETER, DATABASE_URL_SECRET } from '#functions/environment.ts';
import type { DatabaseUrlOptions } from '#infra/function/database-url.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { allowed } from '#test/support/infra/allowed.ts';
import { resourceAt, synthesize } from '#test/support/infra/synthesis.ts';

const functions = {
  http: 'MillraceHttp',
  consumer: 'MillraceConsumer',
  migrations: 'MillraceMigrations',
};
const paths = Object.values(functions);

const environmentOf = (template: Template, path: string) =>
  resourceAt(template, 'AWS::Lambda::Function', path)[1].Properties.Environment.Variables;

/** What a function may read. */
const rightsOf = (template: Template, path: string) =>
  allowed(template, path).filter((line) => /^(ssm|secretsmanager|kms):/.test(line));

const placed = (databaseUrl: DatabaseUrlOptions, others: MillraceProps = {}) =>
  synthesize({ ...others, databaseUrl });

const parameterArn = (name: string) =>
  `arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${name}`;

const secretArn =
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/database-url-a1B2c3';

describe('each function', () => {
  test.each(paths)('may read the value of one parameter and not its history: %s', (path) => {
    expect(rightsOf(synthesize(), path)).toEqual([
      `ssm:GetParameter on ${parameterArn('/millrace/database-url')}`,
    ]);
  });

  test.each(paths)('may read one secret, whose name is the operator’s: %s', (path) => {
    const template = placed({ secretName: 'shop/database-url' });
    expect(rightsOf(template, path)).toEqual([
      'secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:shop/database-url-??????',
    ]);
    expect(environmentOf(template, path)).toMatchObject({
      [DATABASE_URL_SECRET]: 'shop/database-url',
    });
    expect(environmentOf(template, path)).not.toHaveProperty(DATABASE_URL_PARAMETER);
  });

  test.each(paths)('may read one secret that its ARN names: %s', (path) => {
    const template = placed({ secretArn });
    expect(rightsOf(template, path)).toEqual([`secretsmanager:GetSecretValue on ${secretArn}`]);
    expect(environmentOf(template, path)).toMatchObject({ [DATABASE_URL_SECRET]: secretArn });
  });

  test.each([
    ['ssm', {}],
    ['secretsmanager', { secretName: 'shop/database-url' }],
  ])('decrypts with the operator’s key through %s only', (service, place) => {
    const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const template = placed({ ...place, encryptionKey: { keyArn } });
    for (const path of paths)
      expect(rightsOf(template, path)).toContainEqual(
        `kms:Decrypt on ${keyArn} if {"StringEquals":{"kms:ViaService":{"Fn::Join":["",["${service}.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"}]]}}}`,
      );
  });
});

describe('a login for each function', () => {
  test.each(Object.entries(functions))('%s reads its own parameter and no other', (name, path) => {
    const template = placed({ perFunction: true });
    expect(rightsOf(template, path)).toEqual([
      `ssm:GetParameter on ${parameterArn(`/millrace/database-url/${name}`)}`,
    ]);
    expect(environmentOf(template, path)[DATABASE_URL_PARAMETER]).toBe(
      `/millrace/database-url/${name}`,
    );
  });

  test('works with secrets and with stages', () => {
    const secrets = placed({ secretName: 'shop', perFunction: true });
    expect(environmentOf(secrets, functions.http)[DATABASE_URL_SECRET]).toBe('shop/http');
    const stage = placed({ perFunction: true }, { stage: 'prod' });
    expect(environmentOf(stage, functions.consumer)[DATABASE_URL_PARAMETER]).toBe(
      '/millrace/prod/database-url/consumer',
    );
  });

  test('needs a name to add to', () => {
    expect(() => placed({ secretArn, perFunction: true })).toThrow(/give secretName instead/);
  });
});

describe('refused is', () => {
  test.each([
    ['two places', { parameterName: '/a', secretName: 'a' }, /parameterName and secretName: leave/],
    ['two secrets', { secretName: 'a', secretArn }, /secretName and secretArn: leave one out/],
    ['a name with spaces', { parameterName: '/my url' }, /databaseUrl.parameterName is a name/],
    ['the string itself', { secretName: 'postgres://u:p@h/d' }, /databaseUrl.secretName is a name/],
    ['a parameter’s ARN', { parameterName: 'arn:aws:ssm:x:1:parameter/a' }, /is a name such as/],
    ['an ARN without its end', { secretArn: secretArn.slice(0, -7) }, /six characters at its end/],
  ])('%s', (_, databaseUrl, sentence) => {
    expect(() => placed(databaseUrl)).toThrow(sentence);
  });
});
