import { beforeAll, describe, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { bearer, createApiDatabase, openApi, type TestApi } from '#test/support/functions/api.ts';
import { textsWithNames } from '#test/support/mixed-names.ts';

let stored: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  stored = await createApiDatabase();
  api = openApi({ database: stored.database });
});

const post = (body: string, headers = {}) =>
  api.call({ path: '/v1/messages', body, headers: { ...bearer(), ...headers } });

const withPayload = (payload: string) => `{"type":"test.anything","payload":${payload}}`;

describe('a body that is not JSON is refused with 400', () => {
  test.each([
    ['nothing', '', 'position 0 (line 1, column 1)'],
    ['half an object', '{"type":"a"', 'position 11 (line 1, column 12)'],
    ['a word', 'hello', 'position 0 (line 1, column 1)'],
    [
      'a fault on a later line',
      '{\n  "type": "a",\n  "payload": secret\n}',
      'position 30 (line 3, column 14)',
    ],
    ['a bare control character', '{"a":"\u0000"}', 'position 6 (line 1, column 7)'],
  ])('%s', async (_name, body, place) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toBe(`The body stops being JSON at ${place}.`);
    expect(answer.text).not.toContain('secret');
  });

  test('no body at all', async () => {
    const answer = await api.call({ method: 'POST', path: '/v1/messages', headers: bearer() });
    expect(answer.status).toBe(400);
  });

  test('bytes that are not UTF-8', async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
    const call = { path: '/v1/messages', body, isBase64Encoded: true, headers: bearer() };
    expect((await api.call(call)).status).toBe(400);
  });
});

test.each([
  [String.raw`"stra\\u"`, String.raw`"stra\u00dfe"`],
  [String.raw`"stra\u00dfe"`, String.raw`"stra\\u"`],
])('keeps the field names of each body apart: %s, then %s', async (first, second) => {
  const texts = textsWithNames(first, second);
  for (const [index, text] of texts.entries()) {
    const { body } = await post(withPayload(text));
    const [row] = await stored.query<{ name: string }>(
      `select k.name from millrace.message m cross join lateral json_object_keys(m.payload) as k(name)
       where m.id = $1 and k.name not like 'pair%'`,
      [body.id],
    );
    expect(row?.name).toBe(JSON.parse([first, second][index] ?? ''));
  }
});

test('reads a body that the gateway sends in base64', async () => {
  const body = Buffer.from(withPayload('"é"')).toString('base64');
  const call = { path: '/v1/messages', body, isBase64Encoded: true, headers: bearer() };
  expect((await api.call(call)).status).toBe(202);
});

test.each(['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', undefined])(
  'refuses the content type %s with 415',
  async (contentType) => {
    const answer = await post(withPayload('1'), { 'content-type': contentType });
    expect(answer.status).toBe(415);
  },
);

test('takes a content type with parameters', async () => {
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  expect((await post(withPayload('1'), headers)).status).toBe(202);
});

test('refuses a body over 6 MB with 413', async () => {
  const answer = await post(withPayload(`"${'x'.repeat(6 * 1024 * 1024)}"`));
  expect(answer.status).toBe(413);
});

describe('what jsonb could not keep as it was sent is refused with 422', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  test.each([
    ['the character U+0000', '{"a":["\\u0000"]}', '/payload/a/0'],
    ['the character U+0000 in a name', '{"a\\u0000":1}', '/payload/a\0'],
    ['half of a surrogate pair', '"\\ud83d"', '/payload'],
    ['half of a surrogate pair in a name', '{"\\uDE00":1}', '/payload/\ude00'],
    ['a number beyond doubles', '{"n":1e400}', '/payload/n'],
    ['a number of 400 digits', `[${'9'.repeat(400)}]`, '/payload/0'],
    ['a whole number that doubles round', '{"id":9007199254740993}', '/payload/id'],
    ['a power of two that is written rounded', '{"id":1152921504606846976}', '/payload/id'],
    ['a reserved name', '{"__proto__":{"polluted":true}}', '/payload/__proto__'],
    ['a reserved name in disguise', '{"\\u005f_proto__":1}', '/payload/__proto__'],
  ])('%s', async (_name, payload, pointer) => {
    const answer = await post(withPayload(payload));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer, code: 'unstorable' })]);
  });

  test.each([102, 999])('nesting of %i levels', async (levels) => {
    const answer = await post(withPayload(deep(levels)));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ code: 'unstorable' })]);
  });

  test('a hundred places at most', async () => {
    const answer = await post(withPayload(JSON.stringify(Array(500).fill('\0'))));
    expect(answer.body.errors).toHaveLength(100);
  });
});

describe('what is unusual but can be kept is stored as it was sent', () => {
  test.each([
    ['the largest exact number', '9007199254740992'],
    ['a large whole number that doubles hold', '1152921504606847000'],
    ['a large double', '1.7976931348623157e+308'],
    ['a small double', '5e-324'],
    ['a whole surrogate pair', '"\\ud83d\\ude00"'],
    ['99 levels', '['.repeat(99) + ']'.repeat(99)],
    ['an escaped backslash before u0000', '"\\\\u0000"'],
    ['names that objects inherit', '{"constructor":{"prototype":1},"toString":2}'],
    ['null', 'null'],
  ])('%s', async (_name, payload) => {
    const { status, body } = await post(withPayload(payload));
    expect(status).toBe(202);
    const text = 'select payload::jsonb = $2::jsonb as same from millrace.message where id = $1';
    expect(await stored.query(text, [body.id, payload])).toEqual([{ same: true }]);
  });

  test('the last of two members of one name', async () => {
    const { body } = await post('{"type":"a","type":"test.anything","payload":{"a":1,"a":2}}');
    const text = 'select payload from millrace.message where id = $1';
    expect(await stored.query(text, [body.id])).toEqual([{ payload: { a: 2 } }]);
  });
});

test('answers a body of absurd names and many faults briefly', async () => {
  const long = 'k'.repeat(2_000_000);
  const named = await post(JSON.stringify({ [long]: 1, type: long, payload: { [long]: 1 } }));
  expect([named.status, named.text.length < 5_000]).toEqual([422, true]);
  const many = Object.fromEntries(Array.from({ length: 190_000 }, (_, i) => [`field${i}`, 1]));
  const crowded = await post(JSON.stringify(many));
  expect([crowded.status, crowded.body.errors.length]).toEqual([422, 100]);
});
