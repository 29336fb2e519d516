import { expect, test } from 'vitest';
import { requiringSchema } from '#functions/runtime/requiring-schema.ts';
import { createDatabase } from '#test/support/database.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { countStatements, loseAnswers } from '#test/support/queue/intercept.ts';
import { pretendSchema } from '#test/support/sql/pretend-schema.ts';

const look = 'select millrace.schema_version() as version, millrace.status_token_key() as key';

const stored = await createDatabase();

function setup(database = stored.database) {
  const counted = countStatements(database);
  const required = requiringSchema(counted);
  const one = () => required.query('select 1 as one');
  const texts = () => counted.statements.map(({ text }) => text);
  return { one, texts };
}

test('looks once for each start of a process, also when many calls come first together', async () => {
  await pretendSchema(stored, '9001');
  const { one, texts } = setup();
  expect(await Promise.all([one(), one(), one()])).toEqual(Array(3).fill([{ one: 1 }]));
  await one();
  expect(texts()).toEqual([look, ...Array(4).fill('select 1 as one')]);
});

test('refuses an older schema by one look a second, and lets the first call through that comes after its migration', async () => {
  const clock = moveClock();
  await pretendSchema(stored, '0022');
  const { one, texts } = setup();
  const refused = { name: 'SchemaTooOld', found: '0022' };
  for (let n = 0; n < 3; n += 1) await expect(one()).rejects.toMatchObject(refused);
  expect(texts()).toEqual([look]);
  clock.forward(1_000);
  await expect(one()).rejects.toMatchObject(refused);
  expect(texts()).toEqual([look, look]);

  await pretendSchema(stored, '9001');
  clock.forward(1_000);
  expect(await one()).toEqual([{ one: 1 }]);
  expect(await one()).toEqual([{ one: 1 }]);
  expect(texts()).toEqual([look, look, look, 'select 1 as one', 'select 1 as one']);
});

test('a look whose answer was lost says nothing, and is made again by the next call', async () => {
  await pretendSchema(stored, '9001');
  const { one } = setup(loseAnswers(stored.database, 'schema_version'));
  await expect(one()).rejects.toThrow('fetch failed');
  expect(await one()).toEqual([{ one: 1 }]);
});
