// The whole synthesis of an application with queues on SQS: bundles, CDK's validation of the template, and the rules.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { MillraceStack } from '#infra/millrace-stack.ts';
import { checkRules } from '#infra/rules.ts';
import { newApp, onSqs, resourceAt } from '#test/support/infra/synthesis.ts';

test('each function of it is a bundle of its own that can be deployed', { timeout: 60_000 }, () => {
  const app = newApp({ builtinCloudFormationValidation: true });
  app.node.setContext('aws:cdk:bundling-stacks', ['**']);
  checkRules(app);
  const stack = new MillraceStack(app, 'Test', { millrace: onSqs });
  const { directory } = app.synth();
  const template = Template.fromStack(stack);
  const bundles = ['Http', 'Consumer', 'SqsConsumer', 'SqsDeadLetters'].map((name) => {
    const [, { Properties }] = resourceAt(template, 'AWS::Lambda::Function', `Millrace${name}`);
    return join(directory, `asset.${Properties.Code.S3Key.replace('.zip', '')}`, 'index.mjs');
  });
  expect(new Set(bundles).size).toBe(bundles.length);
  for (const file of bundles) expect(existsSync(file), file).toBe(true);
});
