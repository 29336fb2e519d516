// The options that describe a message rather than its delivery: its version and its trace.
import { describe, expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const claimed = async (options: object) => {
  const queue = await declareQueue(db);
  await queue.enqueue(options);
  return queue.claimOne();
};
const refusal = async (options: object) => {
  const queue = await declareQueue(db);
  await expect(queue.enqueue(options)).rejects.toMatchObject({
    code: 'MR002',
    detail: `{"index" : 0, "pointer" : "/${Object.keys(options)[0]}"}`,
  });
  expect(await queue.rows()).toEqual([]);
};

describe('a version', () => {
  test.each([1, 2, 32_767])('%d comes with the claim', async (version) => {
    expect(await claimed({ version })).toMatchObject({ version });
  });

  test('is 1 when none is given', async () => {
    expect(await claimed({})).toMatchObject({ version: 1 });
    expect(await claimed({ version: null })).toMatchObject({ version: 1 });
  });

  test.each([0, -1, 1.5, 32_768, 1e300, '2', true, [], {}])('cannot be %j', async (version) => {
    await refusal({ version });
  });

  test('survives a lease that ran out', async () => {
    const queue = await declareQueue(db);
    await queue.enqueue({ version: 7 });
    await queue.claim();
    await queue.expireLeases();
    expect((await queue.claimSuspect()).deliveries).toMatchObject([{ version: 7 }]);
  });
});

describe('a traceparent', () => {
  test('comes with the claim, among the headers', async () => {
    expect(await claimed({ traceparent })).toMatchObject({ headers: { traceparent } });
    const headers = { shop: 'north' };
    expect(await claimed({ headers, traceparent })).toMatchObject({
      headers: { shop: 'north', traceparent },
    });
  });

  test.each([
    '',
    'garbage',
    7,
    traceparent.toUpperCase(),
    `${traceparent}-more`,
    `${traceparent}\n`,
    traceparent.replace('00-', 'ff-'),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ])('cannot be %j', async (invalid) => {
    await refusal({ traceparent: invalid });
  });
});
