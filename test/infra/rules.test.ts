import { Duration, type Environment, type Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { Millrace, type MillraceProps } from '#infra/millrace.ts';
import { MillraceStack } from '#infra/millrace-stack.ts';
import { checkRules } from '#infra/rules.ts';
import { newApp } from '#test/support/infra/synthesis.ts';

function checked(add: (stack: Stack) => void, env?: Environment): () => void {
  const app = newApp({ builtinCloudFormationValidation: true });
  checkRules(app);
  add(new MillraceStack(app, 'Test', { ...(env && { env }) }));
  return () => app.synth();
}

const everyOption = (stack: Stack): MillraceProps => ({
  databaseUrl: {
    parameterName: '/shop/database-url',
    encryptionKey: Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/abc'),
  },
  api: { corsOrigins: ['https://shop.example'], throttle: { rateLimit: 10 } },
  consumer: { memorySize: 1769, reservedConcurrentExecutions: 2 },
  alarms: { topicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' },
  migrateOnDeploy: false,
  sleep: { backstop: Duration.hours(1) },
  eager: true,
  handOver: 8,
});

const jwt = { issuer: 'https://login.example', audience: ['millrace'] };

test.each([
  ['API keys', {}],
  ['IAM', { auth: ['iam'] }],
  ['JWT', { auth: ['jwt'], jwt }],
  ['all three', { auth: ['keys', 'jwt', 'iam'], jwt }],
] as const)('a stack that uses every option keeps the rules, guarded by %s', (_, ways) => {
  const synth = checked((stack) => {
    const { api, ...others } = everyOption(stack);
    new Millrace(stack, 'Second', { ...others, api: { ...api, ...ways } });
  });
  expect(synth).not.toThrow();
});

test('a stack of one account and region keeps the rules', () => {
  const env = { account: '123456789012', region: 'eu-west-1' };
  const synth = checked((stack) => new Millrace(stack, 'Second', everyOption(stack)), env);
  expect(synth).not.toThrow();
});

test('a secret keeps the rules as a parameter does', () => {
  const databaseUrl = { secretName: 'shop/database-url', perFunction: true };
  expect(checked((stack) => new Millrace(stack, 'Second', { databaseUrl }))).not.toThrow();
});

test('a stack that breaks a rule is not synthesized', () => {
  expect(checked((stack) => new Topic(stack, 'Topic'))).toThrow(/AwsSolutions-SNS3/);
});
