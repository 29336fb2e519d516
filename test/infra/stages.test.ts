// Several deployments in one account and region: nothing of one may be in another's way.
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { stackNameOf } from '#infra/function/stage.ts';
import { MillraceStack } from '#infra/millrace-stack.ts';
import { newApp, type Resource, synthesize } from '#test/support/infra/synthesis.ts';

const app = newApp();
const stages = [undefined, 'prod', 'pr-12'];
const stacks = stages.map(
  (stage) => new MillraceStack(app, stackNameOf(stage), { millrace: stage ? { stage } : {} }),
);
const templates = stacks.map((stack) => JSON.stringify(Template.fromStack(stack).toJSON()));

test('a stack is called by its stage', () => {
  expect(stacks.map(({ stackName }) => stackName)).toEqual([
    'Millrace',
    'Millrace-prod',
    'Millrace-pr-12',
  ]);
});

test('each stage has a connection string of its own', () => {
  const names = templates.map((template) => [...new Set(template.match(/"\/millrace\/[^"]*"/g))]);
  expect(names).toEqual([
    ['"/millrace/database-url"'],
    ['"/millrace/prod/database-url"'],
    ['"/millrace/pr-12/database-url"'],
  ]);
});

test('no stage exports, imports or resolves what another could have', () => {
  for (const template of templates)
    expect(template).not.toMatch(/"Export"|Fn::ImportValue|\{\{resolve:/);
});

// A resource with a name of its own fails to be created when another stack has it already.
test('what has a name is named after its stack', () => {
  for (const [index, template] of templates.entries()) {
    const { Resources } = JSON.parse(template) as { Resources: Record<string, Resource> };
    const named = Object.values(Resources)
      // A role's inline policy is named within its role.
      .filter(({ Type }) => Type !== 'AWS::IAM::Policy')
      .flatMap(({ Type, Properties }) =>
        Object.entries(Properties)
          .filter(([property, value]) => property.endsWith('Name') && typeof value === 'string')
          // Metrics have the names that Amazon gave them. The stage of an API is a part of it.
          .filter(([property, value]) => property !== 'MetricName' && value !== '$default')
          .map(([property, value]) => `${Type} ${property} ${value}`),
      );
    expect(named).toEqual([`AWS::ApiGatewayV2::Api Name ${stackNameOf(stages[index])}`]);
  }
});

test('the stage is a tag of all that the stack has, beside the operator’s own', () => {
  expect(stacks.map((stack) => stack.tags.tagValues())).toEqual([
    {},
    { 'millrace:stage': 'prod' },
    { 'millrace:stage': 'pr-12' },
  ]);
  const tagged = new MillraceStack(newApp(), 'Tagged', {
    millrace: { stage: 'prod' },
    tags: { team: 'shop' },
  });
  expect(tagged.tags.tagValues()).toEqual({ 'millrace:stage': 'prod', team: 'shop' });
});

test.each([
  { 'aws:owner': 'shop' },
  { '': 'shop' },
  { team: 'shop <3' },
  { team: 'x'.repeat(257) },
])('tags that AWS would refuse are refused at once: %j', (tags) => {
  expect(() => new MillraceStack(newApp(), 'Tagged', { tags })).toThrow(/A tag has a name of/);
});

test.each(['', '1st', 'pré', 'a_b', 'a b', 'a/b', `a${'b'.repeat(32)}`])(
  'what CloudFormation would refuse as a part of a name is no stage: "%s"',
  (stage) => {
    expect(() => synthesize({ stage })).toThrow(/stage is a name such as prod or pr-12/);
  },
);
