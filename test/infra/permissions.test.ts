import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { Millrace } from '#infra/millrace.ts';
import type { MillraceProps } from '#infra/millrace-props.ts';
import { allowed } from '#test/support/infra/allowed.ts';
import {
  onSqs,
  resourceAt,
  resourcesOf,
  stackOf,
  synthesize,
} from '#test/support/infra/synthesis.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const statementsOf = (template: Template): Statement[] => [
  ...resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  ),
  ...resourcesOf(template, 'AWS::IAM::Role')
    .flatMap(([, { Properties }]) => Properties.Policies ?? [])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
];

const template = synthesize();
const statements = statementsOf(template);

test('no policy has a wildcard for an action or for a resource as a whole', () => {
  expect(statements.length).toBeGreaterThan(0);
  for (const { Action, Resource } of [...statements, ...statementsOf(synthesize(onSqs))]) {
    expect([Action].flat().join(' ')).not.toContain('*');
    expect([Resource].flat()).not.toContain('*');
  }
});

test('no function of ours has a managed policy; each writes to its own log group', () => {
  for (const path of ['MillraceConsumer', 'MillraceHttp', 'MillraceMigrations']) {
    const [, { Properties }] = resourceAt(template, 'AWS::IAM::Role', path);
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
  const logged = statements.filter(({ Action }) => [Action].flat().includes('logs:PutLogEvents'));
  expect(new Set(logged.map(({ Resource }) => JSON.stringify(Resource))).size).toBe(3);
});

describe('every role may do what its bearer calls, and nothing else:', () => {
  const url =
    'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/millrace/database-url';
  const reading = [`ssm:GetParameter on ${url}`];
  const everyFunction = (name: string) => [
    `logs:CreateLogStream on <${name}Logs.Arn>`,
    `logs:PutLogEvents on <${name}Logs.Arn>`,
    ...reading,
  ];
  const invoking = ['lambda:InvokeFunction on <MillraceConsumerHandler.Arn>'];
  const passedOn = '{"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}';
  const wakeUps =
    'arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<MillraceWakeUpsGroup>/wake-*';
  const arming = [
    `scheduler:CreateSchedule on ${wakeUps}`,
    `iam:PassRole on <MillraceWakeUpsRole.Arn> if ${passedOn}`,
  ];

  const modes: [MillraceProps, http: string[], consumer: string[]][] = [
    [{}, [], []],
    [{ sleep: true }, arming, arming],
    [{ eager: true }, invoking, []],
    [{ handOver: 3 }, [], invoking],
    [{ sleep: true, eager: true }, [...arming, ...invoking], arming],
    [{ sleep: true, handOver: 3 }, arming, [...arming, ...invoking]],
    [{ eager: true, handOver: 3 }, invoking, invoking],
    [{ sleep: true, eager: true, handOver: 3 }, [...arming, ...invoking], [...arming, ...invoking]],
  ];
  test.each(modes)('%j', (props, http, consumer) => {
    const synthesized = synthesize(props);
    const expected: Record<string, string[]> = {
      MillraceHttp: [...everyFunction('MillraceHttp'), ...http],
      MillraceConsumer: [...everyFunction('MillraceConsumer'), ...consumer],
      MillraceMigrationsFunction: [
        ...everyFunction('MillraceMigrationsFunction'),
        'lambda:ListVersionsByFunction on <MillraceMigrationsFunctionHandler.Arn>',
      ],
      MillraceTick: invoking,
      ...(props.sleep && { MillraceWakeUps: invoking }),
    };
    for (const [path, lines] of Object.entries(expected))
      expect(allowed(synthesized, path), path).toEqual(lines.toSorted());
    const roles = resourcesOf(synthesized, 'AWS::IAM::Role').filter(([id]) =>
      id.startsWith('Millrace'),
    );
    expect(roles).toHaveLength(Object.keys(expected).length);
  });

  const on = (actions: readonly string[], which: 'Queue' | 'Dead') =>
    actions.flatMap((action) =>
      ['ledger', 'mails'].map((name) => `sqs:${action} on <MillraceSqsQueues${name}${which}.Arn>`),
    );
  const taking = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

  test.each<[MillraceProps, consumer: string[], enqueuing: string[]]>([
    [{}, [], []],
    [{ sleep: true }, arming, arming],
    [{ eager: true }, [], invoking],
  ])('%j, with queues on SQS', (props, consumer, enqueuing) => {
    const synthesized = synthesize({ ...onSqs, ...props });
    const expected: Record<string, string[]> = {
      MillraceConsumer: [
        ...everyFunction('MillraceConsumer'),
        ...on(['SendMessage'], 'Queue'),
        ...consumer,
      ],
      MillraceSqsConsumer: [
        ...everyFunction('MillraceSqsConsumer'),
        ...on([...taking, 'ChangeMessageVisibility'], 'Queue'),
        ...enqueuing,
      ],
      MillraceHttp: [
        ...everyFunction('MillraceHttp'),
        ...on(['SendMessage'], 'Queue'),
        ...enqueuing,
      ],
      MillraceSqsDeadLetters: [...everyFunction('MillraceSqsDeadLetters'), ...on(taking, 'Dead')],
    };
    for (const [path, lines] of Object.entries(expected))
      expect(allowed(synthesized, path), path).toEqual(lines.toSorted());
  });

  test.each([
    ['MillraceTick', ':schedule-group/default"'],
    ['MillraceWakeUps', '{"Fn::GetAtt":["MillraceWakeUpsGroup'],
  ])('schedules of one group and account alone take on the role of %s', (path, group) => {
    const [, role] = resourceAt(synthesize({ sleep: true }), 'AWS::IAM::Role', path);
    const [{ Principal, Condition }, ...others] =
      role.Properties.AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
    expect(Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
    expect(JSON.stringify(Condition.StringEquals['aws:SourceArn'])).toContain(group);
  });
});

test('the connection string is never resolved into the template', () => {
  const everything = JSON.stringify(template.toJSON());
  expect(everything).not.toMatch(/\{\{resolve:/);
  expect(everything).not.toMatch(/postgres(ql)?:\/\//);
  expect(Object.keys(template.findParameters('*'))).toEqual(['BootstrapVersion']);
});

test('functions read the parameter that the operator names, and only that one', () => {
  const parameterName = '/shop/queue/database-url';
  const named = synthesize({ databaseUrl: { parameterName } });
  const read = statementsOf(named).filter(({ Action }) =>
    [Action].flat().includes('ssm:GetParameter'),
  );
  expect(read).toHaveLength(3);
  for (const { Resource } of read)
    expect(JSON.stringify(Resource)).toContain(`:parameter${parameterName}"`);
});

test('functions may decrypt with the operator’s own key', () => {
  const stack = stackOf();
  const encryptionKey = Key.fromKeyArn(
    stack,
    'Key',
    'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555',
  );
  new Millrace(stack, 'Second', { databaseUrl: { encryptionKey } });
  const decrypt = statementsOf(Template.fromStack(stack)).filter(({ Action }) =>
    [Action].flat().includes('kms:Decrypt'),
  );
  expect(decrypt).toHaveLength(3);
});

test.each([
  ['at /v1', { auth: ['iam'] }, ''],
  ['at its mount', { auth: ['keys', 'iam'] }, '/iam'],
] as const)(
  'grantEnqueue lets an AWS identity post messages and nothing else: %s',
  (_, api, mount) => {
    const stack = stackOf();
    const caller = new Role(stack, 'Caller', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    new Millrace(stack, 'Second', { api }).grantEnqueue(caller);
    const arn =
      'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SecondApi>/$default';
    expect(allowed(Template.fromStack(stack), 'Caller')).toEqual([
      `execute-api:Invoke on ${arn}/POST${mount}/v1/messages`,
      `execute-api:Invoke on ${arn}/POST${mount}/v1/messages/batch`,
    ]);
  },
);

test('grantEnqueue refuses an API that IAM does not guard', () => {
  const stack = stackOf();
  const caller = new Role(stack, 'Caller', {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
  });
  const millrace = new Millrace(stack, 'Second');
  expect(() => millrace.grantEnqueue(caller)).toThrow(/"iam" among the ways to call/);
});
