// A drain on a schema that lacks nothing which it calls, and is still that of an older release.
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { on } from '#queue/declare/handler.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { requireSchema, schemaNeeded } from '#queue/schema-needed.ts';
import { numbered } from '#test/support/numbered.ts';
import { countStatements } from '#test/support/queue/intercept.ts';
import { openQueues } from '#test/support/queue/open-queues.ts';
import { pretendSchema } from '#test/support/sql/pretend-schema.ts';

const queue = defineQueue({ name: 'busy', subscriptions: [on(numbered, () => {})] });

test('this release needs its newest table file, and its routines say that it was applied', async () => {
  const newest = (await readdir('migrations/tables')).sort().at(-1);
  expect(newest).toMatch(new RegExp(`^${schemaNeeded}_`));
  const { query } = await openQueues(queue);
  expect(await query('select millrace.schema_version() as version')).toEqual([
    { version: schemaNeeded },
  ]);
});

test('a drain refuses an older schema before it claims, says what to run, and goes on as soon as that was done', async () => {
  const queues = await openQueues(queue);
  const ids = await queues.enqueueNumbers(3);
  const database = countStatements(queues.database);
  await pretendSchema(queues, '0022');
  for (const _tick of [1, 2])
    await expect(queues.drain({ database })).rejects.toMatchObject({
      name: 'SchemaTooOld',
      message: `the database's schema is 0022 and this release needs ${schemaNeeded} or newer: run "npx millrace migrate" or invoke the migration function, whose name is the output MigrationFunction of the stack`,
    });
  expect(database.statements).toHaveLength(2);
  expect(await queues.statuses()).toEqual({ pending: ids.length });

  await pretendSchema(queues, schemaNeeded);
  expect(await queues.drain({ database })).toMatchObject({ done: 3 });
});

test('a newer schema is fine, as it is after a rollback', async () => {
  const queues = await openQueues(queue);
  await queues.enqueueNumbers(3);
  await pretendSchema(queues, '9001');
  expect(await queues.drain()).toMatchObject({ done: 3 });
  await pretendSchema(queues, schemaNeeded);
});

test('no version at all is too old', () => {
  expect(() => requireSchema(JSON.parse('null'))).toThrow("the database's schema is null");
});
