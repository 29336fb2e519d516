import { beforeAll, describe, expect, test } from 'vitest';
import { shapeProblem } from '#functions/http/read/body-shape.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';

let api: TestApi;
beforeAll(async () => {
  const { database } = await createApiDatabase();
  api = openApi({ database });
});

const list = (values: number) => `[${'1,'.repeat(values - 2)}1]`;
const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

describe('a body', () => {
  test.each([
    ['200,000 values', list(200_000)],
    ['1,000 levels', nested(1_000)],
    ['a text full of signs', JSON.stringify('[{,}]"\\'.repeat(300_000))],
  ])('may have %s', (_, text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(shapeProblem(text)).toBeUndefined();
  });

  test.each([
    ['more values', list(200_001), 'A body has at most 200000 values.'],
    ['more empty lists', `[${'[],'.repeat(100_000)}1]`, 'A body has at most 200000 values.'],
    ['more levels', nested(1_002), 'A body has at most 1000 levels of arrays and objects.'],
    [
      'more levels, unclosed',
      '['.repeat(6_000_000),
      'A body has at most 1000 levels of arrays and objects.',
    ],
  ])('may not have %s', async (_, body, detail) => {
    for (const path of ['/v1/messages', '/v1/messages/batch', '/v1/dead-letters/redrive']) {
      const answer = await api.call({ path, method: 'POST', body, headers: bearer() });
      expect([answer.status, answer.body.detail]).toEqual([413, detail]);
    }
  });
});

test('of too many headers only as many are looked at as show that', async () => {
  const names = Array.from({ length: 100_000 }, (_, n) => `Bad name ${n}`);
  const headers = Object.fromEntries(names.map((name) => [name, 'x']));
  const body = { type: 'test.anything', payload: 1, headers };
  const answer = await api.call({ path: '/v1/messages', body, headers: bearer() });
  expect(answer.status).toBe(422);
  const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers).toHaveLength(21);
});

test('the fault of a text with millions of escapes is found', async () => {
  const body = `"${'\\n'.repeat(3_000_000)}`;
  const answer = await api.call({ path: '/v1/messages', body, headers: bearer() });
  expect(answer.body.detail).toContain('position 6000001 ');
});
