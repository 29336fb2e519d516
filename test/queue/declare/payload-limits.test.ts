// What a payload may hold, whichever door it comes through: as JSON text by HTTP, and as it is in SQL.
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

describe('at both doors a payload', () => {
  const nested = (levels: number, inside = '') =>
    `${'[{"a":'.repeat(levels / 2)}${inside || 1}${'}]'.repeat(levels / 2)}`;
  const overHttp = (payload: string) =>
    api.call({
      path: '/v1/messages',
      body: `{"type":"test.anything","payload":${payload}}`,
      headers: bearer(),
    });
  const inSql = (payload: string, options = {}) =>
    refusalOf(
      stored.query('select millrace.enqueue($1, $2, $3)', ['test.anything', payload, options]),
    );

  test.each([
    ['of 100 levels', nested(100)],
    ['of 100 levels with null inside', nested(100, 'null')],
    ['with the largest exact number', '9007199254740992'],
    ['with the least exact number', '-9007199254740992'],
    ['with a large whole number that doubles hold', '{"a":[1152921504606847000]}'],
    ['with the largest double', '1.7976931348623157e+308'],
    ['with the smallest double', '5e-324'],
    ['with a fraction of many digits', '0.12345678901234567890123'],
    ['with a large fraction', '9007199254740993.25'],
    ['with digits in a text', '["12345678901234567890123"]'],
  ])('%s is taken', async (_, payload) => {
    expect(await overHttp(payload)).toMatchObject({ status: 202 });
    expect(await inSql(payload)).toMatchObject({ code: 'none' });
  });

  test.each([
    ['of 102 levels', nested(102), '100 levels'],
    ['of 900 levels', nested(900), '100 levels'],
    ['with a whole number that is rounded', '9007199254740993', 'as a string'],
    ['with a negative one', '{"a":{"b":-9007199254740993}}', 'as a string'],
    ['with a power of two that is written rounded', '[1152921504606846976]', 'as a string'],
    ['with a number beyond doubles', '{"a":1e309}', 'as a string'],
    ['with a number of 131,072 digits', '[-1e131071]', 'as a string'],
  ])('%s is refused', async (_, payload, reason) => {
    const answer = await overHttp(payload);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ code: 'unstorable' }]);
    const message = expect.stringContaining(reason);
    expect(await inSql(payload)).toMatchObject({ code: 'MR002', pointer: '/payload', message });
  });

  test.each([
    ['that would be two gigabytes of digits', '1e131071', 20_000],
    ['that would be as much of zeros', '1e-16383', 100_000],
  ])('%s is refused before it is written out', async (_, number, count) => {
    const payload = `[${Array(count).fill(number)}]`;
    const refusal = { code: 'MR003', pointer: '/payload' };
    expect(await inSql(payload)).toMatchObject(refusal);
    expect(await inSql(payload, { idempotencyKey: 'a' })).toMatchObject(refusal);
  });
});
