import { Duration, type Environment, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { Millrace } from '#infra/millrace.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { MillraceStack } from '#infra/millrace-stack.ts';
import { checkRules } from '#infra/rules.ts';
import { newApp, onSqs } from '#test/support/infra/synthesis.ts';

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
  api: {
    corsOrigins: ['https://shop.example'],
    throttle: { rateLimit: 10 },
    domain: {
      name: 'queue.shop.example',
      certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1111-2222',
    },
  },
  http: { memorySize: 1024, timeout: Duration.seconds(20) },
  consumer: {
    memorySize: 1769,
    timeout: Duration.seconds(80),
    reservedConcurrentExecutions: 18,
    environment: { CURRENCY: 'EUR' },
    policies: [
      new PolicyStatement({
        actions: ['sns:Publish'],
        resources: ['arn:aws:sns:eu-west-1:123456789012:orders'],
      }),
    ],
  },
  stage: 'prod',
  databases: 2,
  architecture: Architecture.X86_64,
  logs: { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN },
  network: {
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-1'],
    }),
  },
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

test('a stack that lets handlers do everything in AWS is not synthesized', () => {
  const policies = [new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })];
  expect(checked((stack) => new Millrace(stack, 'Second', { consumer: { policies } }))).toThrow(
    /AwsSolutions-IAM5/,
  );
});

test('a secret keeps the rules as a parameter does', () => {
  const databaseUrl = { secretName: 'shop/database-url', perFunction: true };
  expect(checked((stack) => new Millrace(stack, 'Second', { databaseUrl }))).not.toThrow();
});

test('so does a database behind TCP in a VPC, whose secret is rotated', () => {
  const databaseUrl = {
    secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds-shop-AbCdEf',
  };
  const synth = checked((stack) => {
    const { network } = everyOption(stack);
    new Millrace(stack, 'Second', { driver: 'pg', databaseUrl, ...(network && { network }) });
  });
  expect(synth).not.toThrow();
});

test.each([
  ['and nothing else', () => ({})],
  ['and every option', everyOption],
])('queues on SQS keep the rules: %s', (_, options) => {
  const synth = checked((stack) => {
    new Millrace(stack, 'Second', {
      ...options(stack),
      ...onSqs,
      sqs: { memorySize: 1769, timeout: Duration.seconds(300), maximumConcurrency: 10 },
    });
  });
  expect(synth).not.toThrow();
});

test('a stack that breaks a rule is not synthesized', () => {
  expect(checked((stack) => new Topic(stack, 'Topic'))).toThrow(/AwsSolutions-SNS3/);
});
