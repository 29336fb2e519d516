// What an operator may change about the functions, and what is refused before anything is deployed.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { MillraceStack } from '#infra/millrace-stack.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { allowed } from '#test/support/infra/allowed.ts';
import { newApp, resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const paths = ['MillraceConsumer', 'MillraceHttp', 'MillraceMigrations'];
const functionAt = (template: Template, path: string) =>
  resourceAt(template, 'AWS::Lambda::Function', path)[1].Properties;

describe('the operator may choose', () => {
  test('memory, timeout and concurrency', () => {
    const template = synthesize({
      http: { memorySize: 1769, timeout: Duration.seconds(15) },
      consumer: { timeout: Duration.seconds(80), reservedConcurrentExecutions: 5 },
    });
    expect(functionAt(template, 'MillraceHttp')).toMatchObject({ MemorySize: 1769, Timeout: 15 });
    expect(functionAt(template, 'MillraceConsumer')).toMatchObject({
      MemorySize: 1024,
      Timeout: 80,
      ReservedConcurrentExecutions: 5,
    });
  });

  test('an invocation of minutes, where all leases are longer', () => {
    const consumer = { timeout: Duration.minutes(10), shortestLease: Duration.minutes(15) };
    expect(functionAt(synthesize({ consumer }), 'MillraceConsumer').Timeout).toBe(600);
  });

  test('the architecture of all three functions', () => {
    const template = synthesize({ architecture: Architecture.X86_64 });
    for (const path of paths) expect(functionAt(template, path).Architectures).toEqual(['x86_64']);
  });

  test('how long all logs are kept, and whether they outlive the stack', () => {
    const logs = { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN };
    const groups = resourcesOf(synthesize({ logs }), 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(5);
    for (const [, group] of groups)
      expect(group).toMatchObject({
        Properties: { RetentionInDays: 365 },
        DeletionPolicy: 'Retain',
      });
  });

  test('how often the consumer looks', () => {
    synthesize({ tickEvery: Duration.minutes(5) }).hasResourceProperties(
      'AWS::Scheduler::Schedule',
      {
        ScheduleExpression: 'rate(5 minutes)',
      },
    );
  });

  test('how much the API lets through', () => {
    synthesize({ api: { throttle: { rateLimit: 500 } } }).hasResourceProperties(
      'AWS::ApiGatewayV2::Stage',
      { DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 400 } },
    );
  });
});

describe('handlers', () => {
  test('get variables of the operator’s beside those that they have', () => {
    const template = synthesize({ consumer: { environment: { CURRENCY: 'EUR' } } });
    expect(functionAt(template, 'MillraceConsumer').Environment.Variables).toMatchObject({
      CURRENCY: 'EUR',
      NODE_OPTIONS: '--enable-source-maps',
      MILLRACE_DATABASE_URL_PARAMETER: '/millrace/database-url',
    });
    expect(functionAt(template, 'MillraceHttp').Environment.Variables).not.toHaveProperty(
      'CURRENCY',
    );
  });

  test('may do in AWS what a policy says, and no other function may', () => {
    const statement = new PolicyStatement({
      actions: ['sns:Publish'],
      resources: ['arn:aws:sns:eu-central-1:123456789012:orders'],
    });
    const template = synthesize({ consumer: { policies: [statement] } });
    const line = 'sns:Publish on arn:aws:sns:eu-central-1:123456789012:orders';
    expect(allowed(template, 'MillraceConsumer')).toContain(line);
    expect(allowed(template, 'MillraceHttp')).not.toContain(line);
  });

  test('may be granted what a construct of the same stack has', () => {
    const stack = new MillraceStack(newApp(), 'Test');
    new Bucket(stack, 'Receipts').grantPut(stack.millrace.consumer);
    expect(allowed(Template.fromStack(stack), 'MillraceConsumer').join('\n')).toMatch(
      /s3:PutObject on <Receipts.Arn>/,
    );
  });
});

describe('a name of the operator’s', () => {
  const domain = {
    name: 'queue.shop.example',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1111-2222',
  };
  const template = synthesize({ api: { domain } });

  test('leads to the API, by TLS 1.2 and a certificate that is there already', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: domain.name,
      DomainNameConfigurations: [
        {
          CertificateArn: domain.certificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
    template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    expect(template.findOutputs('*')).toMatchObject({
      HttpApiUrl: { Value: 'https://queue.shop.example/' },
      HttpApiTarget: { Value: { 'Fn::GetAtt': [expect.any(String), 'RegionalDomainName'] } },
    });
  });

  test('leaves zones alone: no record is made, and none is looked up', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('AWS::Route53');
  });

  test.each([
    [{ name: 'queue.shop.example' }, /domainName and domainCertificateArn/],
    [{ ...domain, name: 'https://queue.shop.example' }, /api.domain.name is a host name/],
    [{ ...domain, certificateArn: 'arn:aws:iam::1:x' }, /api.domain.certificateArn is the ARN/],
  ])('needs a certificate, and both need their form: %o', (given, sentence) => {
    expect(() => synthesize({ api: { domain: given } })).toThrow(sentence);
  });
});

describe('refused with what to change is', () => {
  const seconds = Duration.seconds;
  const refused: [MillraceProps, string][] = [
    [{ http: { memorySize: 128 } }, 'http.memorySize is a whole number of MB from 256 to 10240'],
    [{ http: { timeout: seconds(30) } }, 'http.timeout is a whole number of seconds from 10 to 29'],
    [{ consumer: { memorySize: 1.5 } }, 'consumer.memorySize is a whole number of MB from 256'],
    [{ consumer: { timeout: seconds(5) } }, 'seconds from 10 to 900; got 5'],
    [
      { consumer: { timeout: seconds(90) } },
      'consumer.timeout is less than the shortest lease, 90 seconds; got 90: shorten it, or',
    ],
    [
      { consumer: { reservedConcurrentExecutions: 0 } },
      'from 1 to 1000; got 0: to stop the consumer, pause its queues',
    ],
    [{ consumer: { environment: { MILLRACE_EAGER: 'on' } } }, 'may not set MILLRACE_EAGER'],
    [{ consumer: { environment: { AWS_REGION: 'x' } } }, 'may not set AWS_REGION'],
    [{ consumer: { environment: { NODE_OPTIONS: '' } } }, 'may not set NODE_OPTIONS'],
    [{ consumer: { environment: { '1ST': '' } } }, 'names of letters, digits and "_"'],
    [
      { tickEvery: seconds(30) },
      'whole number of minutes from 1 to 60; got 0.5: for messages within',
    ],
    [{ tickEvery: seconds(90) }, 'got 1.5'],
    [{ tickEvery: Duration.hours(2) }, 'got 120: for messages within a second set eager'],
    [{ tickEvery: Duration.minutes(5), sleep: true }, 'set sleep.backstop'],
    [
      { api: { throttle: { rateLimit: 0 } } },
      'api.throttle.rateLimit is a whole number of requests',
    ],
    [{ api: { throttle: { burstLimit: 6_000 } } }, 'requests from 1 to 5000; got 6000'],
  ];
  test.each(refused)('%j', (props, sentence) => {
    expect(() => synthesize(props)).toThrow(sentence);
  });
});

test('the shortest lease that the synthesis knows of is that of a queue without a policy', () => {
  const { leaseSeconds } = defineQueue({ name: 'any', subscriptions: [] }).policy;
  const just = Duration.seconds(leaseSeconds - 1);
  expect(() => synthesize({ consumer: { timeout: just } })).not.toThrow();
  expect(() => synthesize({ consumer: { timeout: Duration.seconds(leaseSeconds) } })).toThrow();
});
