// Secrets of handlers: whoever runs them is told where they are and may read them there, and nobody else.
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import type { HandlerSecrets } from '#infra/consumer/handler-secrets.ts';
import { allowed } from '#test/support/infra/allowed.ts';
import { onSqs, resourceAt, synthesize } from '#test/support/infra/synthesis.ts';

const environmentOf = (template: Template, path: string) =>
  resourceAt(template, 'AWS::Lambda::Function', path)[1].Properties.Environment.Variables;

const rightsOf = (template: Template, path: string) =>
  allowed(template, path).filter((line) => line.includes('crm') || line.includes('erp'));

const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const secrets: HandlerSecrets = {
  CRM_SECRETS: { parameterName: '/shop/crm-secrets' },
  ERP_SECRETS: { secretName: 'shop/erp', encryptionKey: { keyArn } },
};
const place = 'arn:<AWS::Partition>:SERVICE:<AWS::Region>:<AWS::AccountId>';

test('each function that runs handlers is told of them, and may read their values alone', () => {
  const template = synthesize({
    ...onSqs,
    consumer: { secrets, environment: { CURRENCY: 'EUR' } },
  });
  for (const path of ['MillraceConsumer', 'MillraceSqsConsumer']) {
    expect(environmentOf(template, path)).toMatchObject({
      ...{ CURRENCY: 'EUR', CRM_SECRETS_PARAMETER: '/shop/crm-secrets' },
      ERP_SECRETS_SECRET: 'shop/erp',
    });
    expect(rightsOf(template, path)).toEqual([
      `secretsmanager:GetSecretValue on ${place.replace('SERVICE', 'secretsmanager')}:secret:shop/erp-??????`,
      `ssm:GetParameter on ${place.replace('SERVICE', 'ssm')}:parameter/shop/crm-secrets`,
    ]);
    expect(allowed(template, path)).toContainEqual(
      expect.stringMatching(/^kms:Decrypt on .*kms:ViaService.*secretsmanager/),
    );
  }
  for (const path of ['MillraceHttp', 'MillraceMigrations', 'MillraceSqsDeadLetters']) {
    expect(rightsOf(template, path)).toEqual([]);
    expect(environmentOf(template, path)).not.toHaveProperty('CRM_SECRETS_PARAMETER');
  }
});

test.each<[string, HandlerSecrets, Record<string, string>, string]>([
  [
    'no place',
    { CRM_SECRETS: {} },
    {},
    'consumer.secrets.CRM_SECRETS needs parameterName, secretName or secretArn',
  ],
  [
    'two places',
    { CRM_SECRETS: { parameterName: '/a', secretName: 'b' } },
    {},
    'consumer.secrets.CRM_SECRETS has one place; got parameterName and secretName: leave one out',
  ],
  [
    'a secret for the name of its place',
    { CRM_SECRETS: { parameterName: 'whsec_MfKQ9r8GKYqrTwjU+w==' } },
    {},
    'consumer.secrets.CRM_SECRETS.parameterName is a name such as /shop/crm-secrets',
  ],
  [
    'a variable of Millrace itself',
    { MILLRACE_CRM: { parameterName: '/a' } },
    {},
    'consumer.secrets may not set MILLRACE_CRM',
  ],
  [
    'the variable twice',
    { CRM_SECRETS: { parameterName: '/a' } },
    { CRM_SECRETS_SECRET: 'b' },
    'consumer.secrets has CRM_SECRETS, and consumer.environment has CRM_SECRETS_SECRET: leave one out',
  ],
])('%s is refused', (_, given, environment, message) => {
  expect(() => synthesize({ consumer: { secrets: given, environment } })).toThrow(message);
});
