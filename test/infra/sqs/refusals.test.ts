// What AWS would refuse in the middle of a deployment, and what would end in a timeout again and again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { afterAll, describe, expect, test } from 'vitest';
import type { MillraceProps } from '#infra/millrace-props.ts';
import type { SqsOptions } from '#infra/sqs/sqs-options.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { onSqs, resourcesOf, synthesize } from '#test/support/infra/synthesis.ts';
import { projectRoot } from '#test/support/project-root.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeFolder)));

/** An application with these queues on SQS. */
function declaring(...queues: readonly (readonly [name: string, policy: object])[]): MillraceProps {
  const folder = newFolder();
  folders.push(folder);
  mkdirSync(folder);
  const millrace = JSON.stringify(join(projectRoot, 'exports/millrace.ts'));
  const declared = queues.map(
    ([name, policy]) =>
      `defineQueue({ name: '${name}', subscriptions: [], policy: ${JSON.stringify(policy)} })`,
  );
  writeFileSync(
    join(folder, 'registry.ts'),
    `import { defineQueue, defineRegistry } from ${millrace};
    export const registry = defineRegistry({ queues: [${declared.join()}] });`,
  );
  return { registry: join(folder, 'registry.ts') };
}

describe('a name', () => {
  const stage = 'a'.repeat(32);

  test('may have 80 characters, with those of the dead-letter queue', () => {
    const props = { ...declaring(['b'.repeat(33), { engine: 'sqs' }]), stage };
    const names = resourcesOf(synthesize(props), 'AWS::SQS::Queue');
    expect(Math.max(...names.map(([, { Properties }]) => Properties.QueueName.length))).toBe(80);
  });

  test.each([
    ['b'.repeat(34), 'sqs', `millrace-${stage}-${'b'.repeat(34)}-dead" has 81`],
    ['b'.repeat(29), 'sqs-fifo', `millrace-${stage}-${'b'.repeat(29)}-dead.fifo" has 81`],
  ])('with more is refused: %s, %s', (name, engine, sentence) => {
    expect(() => synthesize({ ...declaring([name, { engine }]), stage })).toThrow(
      `A queue on SQS has a name of at most 80 characters; "${sentence}: shorten the stage, or the queue's name`,
    );
  });

  test('that a queue has with the dead letters of another is refused', () => {
    const props = declaring(['mails', { engine: 'sqs' }], ['mails-dead', { engine: 'sqs' }]);
    expect(() => synthesize(props)).toThrow(
      'Two queues on SQS would be called "millrace-mails-dead", one of them as the dead-letter queue of another: rename one of your queues',
    );
  });
});

test('a name that a queue has with a priority of another is refused', () => {
  const mails = ['mails', { engine: 'sqs', priorities: [2, 5] }] as const;
  const beside = (engine: string) => declaring(mails, ['mails-p2', { engine }]);
  expect(() => synthesize(beside('sqs'))).toThrow(
    'Two queues on SQS would be called "millrace-mails-p2", one of them for a priority of another: rename one of your queues',
  );
  expect(() => synthesize(beside('sqs-fifo'))).not.toThrow();
});

describe('a handler', () => {
  const props = declaring(['slow', { engine: 'sqs', timeoutSeconds: 50.5 }]);

  test('that may take longer than an invocation is refused by its queue’s name', () => {
    expect(() => synthesize(props)).toThrow(
      'Queue "slow": timeoutSeconds is at most 50 where sqs.timeout is 55 seconds, since an invocation has to settle what it handled; got 50.5: shorten it, or raise sqs.timeout',
    );
  });

  test('has the time that the operator gives it', () => {
    const sqs = { timeout: Duration.seconds(56) };
    expect(() => synthesize({ ...props, sqs })).not.toThrow();
  });
});

test.each<[SqsOptions, string]>([
  [{ memorySize: 128 }, 'sqs.memorySize is a whole number of MB from 256 to 10240; got 128'],
  [
    { timeout: Duration.seconds(901) },
    'sqs.timeout is a whole number of seconds from 10 to 900; got 901',
  ],
  [
    { maximumConcurrency: 1 },
    'sqs.maximumConcurrency is a whole number of invocations from 2 to 1000; got 1',
  ],
])('%j is refused', (sqs, sentence) => {
  expect(() => synthesize({ ...onSqs, sqs })).toThrow(sentence);
});
