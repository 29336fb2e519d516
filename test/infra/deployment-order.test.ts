import { expect, test } from 'vitest';
import { resourceAt, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';

const template = synthesize();
const [consumerId, consumer] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceConsumer');
const [, http] = resourceAt(template, 'AWS::Lambda::Function', 'MillraceHttp');
const [migrateId, migrate] = resourceAt(
  template,
  'AWS::Lambda::Function',
  'MillraceMigrationsFunction',
);
const [triggerId, trigger] = resourceAt(template, 'Custom::Trigger', 'MillraceMigrations');

test('the schema is migrated before the consumer and the API are updated', () => {
  expect(consumer.DependsOn).toContain(triggerId);
  expect(http.DependsOn).toContain(triggerId);
});

test('the consumer knows a message type before the API accepts it', () => {
  expect(http.DependsOn).toContain(consumerId);
});

test('the deployment waits for the migration, and migrates again when its code changes', () => {
  const version = trigger.Properties.HandlerArn.Ref;
  const [, { Properties }] = resourceAt(template, 'AWS::Lambda::Version', version);
  expect(Properties.FunctionName).toEqual({ Ref: migrateId });
  expect(trigger.Properties.InvocationType).toBe('RequestResponse');
});

test('a slow migration has minutes, and is not started twice by an impatient caller', () => {
  const waitsSeconds = Number(trigger.Properties.Timeout) / 1000;
  expect(migrate.Properties.Timeout).toBeGreaterThanOrEqual(300);
  expect(waitsSeconds).toBeGreaterThan(migrate.Properties.Timeout);
  // The function that does the calling ends after 15 minutes at most.
  expect(waitsSeconds).toBeLessThan(900);
});

test('an operator may migrate by hand instead', () => {
  const byHand = synthesize({ migrateOnDeploy: false });
  expect(resourcesOf(byHand, 'Custom::Trigger')).toEqual([]);
  resourceAt(byHand, 'AWS::Lambda::Function', 'MillraceMigrationsFunction');
});
