// What callers and the log are told of a connection string that cannot be had, or that leads to a database without a schema.

import { expect, test } from 'vitest';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { openDatabase } from '#queue/database.ts';
import { createDatabase } from '#test/support/database.ts';
import { createApiDatabase, openApi } from '#test/support/functions/api.ts';
import { openAws, parameterName } from '#test/support/functions/aws.ts';
import { moveClock } from '#test/support/functions/clock.ts';

async function setup(parameter?: string) {
  const aws = await openAws(parameter === undefined ? {} : { parameter });
  const api = openApi({ database: queueDatabase(aws.source, openDatabase) });
  const health = async () => {
    const { status, body, headers } = await api.call({ path: '/v1/health' });
    return [status, body.type?.replace('urn:millrace:problem:', ''), headers.get('retry-after')];
  };
  const errors = () => api.log.filter(({ level }) => level === 'error');
  return { aws, api, health, errors };
}

test.each([
  ['a parameter that does not exist', undefined],
  ['a value that is no URL', 'host=x password=very-secret'],
])('%s is a fault of configuration, told once in the log', async (_, parameter) => {
  const { health, errors, api } = await setup(parameter);
  const expected = [503, 'database-misconfigured', '60'];
  expect([await health(), await health(), await health()]).toEqual([expected, expected, expected]);
  expect(errors()).toMatchObject([{ message: 'database-misconfigured', todo: expect.any(String) }]);
  expect(JSON.stringify(api.log)).not.toContain('very-secret');
});

test('a parameter that may not be read is, too, and AWS that does not answer is not', async () => {
  const { aws, health, errors } = await setup('postgresql://u:p@host/db');
  aws.trouble = { status: 400, type: 'AccessDeniedException' };
  expect(await health()).toEqual([503, 'database-misconfigured', '60']);
  aws.trouble = 'no answer';
  expect(await health()).toEqual([503, 'database-away', '5']);
  expect(errors()).toHaveLength(1);
});

test('a parameter that is mended is picked up by the next call', async () => {
  const { aws, health } = await setup();
  expect(await health()).toEqual([503, 'database-misconfigured', '60']);
  aws.parameters.set(parameterName, (await createApiDatabase()).url);
  expect((await health())[0]).toBe(200);
});

test('a new database behind the same parameter is told of as not migrated, with what to do', async () => {
  const clock = moveClock();
  const { aws, health, errors, api } = await setup((await createApiDatabase()).url);
  expect((await health())[0]).toBe(200);
  aws.parameters.set(parameterName, (await createDatabase({ empty: true })).url);
  clock.forward(301_000);
  const expected = [503, 'database-unmigrated', '60'];
  expect([await health(), await health()]).toEqual([expected, expected]);
  expect(errors()).toMatchObject([
    {
      message: 'database-unmigrated',
      error: { code: '3F000' },
      todo: expect.stringMatching(/^run "npx millrace migrate" or invoke the migration function/),
    },
  ]);
  expect((await api.call({ path: '/v1/health' })).body.detail).toContain('migrations');
});
