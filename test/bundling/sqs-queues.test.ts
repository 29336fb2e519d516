import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type SqsQueue, sqsQueuesOf } from '#bundling/sqs-queues.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map(removeFolder)));

const millrace = JSON.stringify(join(projectRoot, 'exports/millrace.ts'));

/** Of an application with these files beside its registry. */
function queuesOf(registry: string, files: Readonly<Record<string, string>> = {}) {
  const folder = newFolder();
  folders.push(folder);
  mkdirSync(folder);
  const all = { ...files, 'registry.ts': registry };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return sqsQueuesOf({ registry: join(folder, 'registry.ts'), migrations: undefined });
}

const declaring = (...queues: string[]) => `
  import { defineQueue, defineRegistry } from ${millrace};
  export const registry = defineRegistry({ queues: [${queues.join()}] });`;
const queue = (name: string, policy: string) =>
  `defineQueue({ name: '${name}', policy: ${policy}, subscriptions: [] })`;

test('the code of an application without SQS is not run', () => {
  const refusing = 'throw new Error("no DATABASE_URL");';
  expect(queuesOf(`${declaring(queue('orders', '{}'))}\n${refusing}`)).toEqual([]);
});

test('the queues on SQS are told with what their SQS queues are made by, whatever the code prints or opens', () => {
  const queues = queuesOf(
    `import { policy } from './policy.ts';
    console.log('reading'); setInterval(() => {}, 1_000); await 1;
    ${declaring(
      queue('orders', 'policy'),
      queue('audit', '{}'),
      queue('mails', "{ engine: 'sqs', concurrency: 3, priorities: [2, 5] }"),
    )}`,
    { 'policy.ts': 'export const policy = { engine: "sqs-fifo", maxAttempts: 4 } as const;' },
  );
  const policy = { concurrency: 10, timeoutSeconds: 30, maxAttempts: 10, priorities: [5] };
  expect(queues).toEqual<SqsQueue[]>([
    { name: 'orders', engine: 'sqs-fifo', policy: { ...policy, maxAttempts: 4 } },
    { name: 'mails', engine: 'sqs', policy: { ...policy, concurrency: 3, priorities: [2, 5] } },
  ]);
});

test('code that names SQS and cannot be loaded says why', () => {
  const mails = declaring(queue('mails', "{ engine: 'sqs' }"));
  expect(() => queuesOf(`${mails}\nthrow new Error('no DATABASE_URL');`)).toThrow(
    /cannot be told, since it cannot be loaded:[\s\S]*no DATABASE_URL/,
  );
});
