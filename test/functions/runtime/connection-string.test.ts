import { describe, expect, test } from 'vitest';
import { cachedConnectionString, withoutPooler } from '#functions/runtime/connection-string.ts';
import { moveClock } from '#test/support/functions/clock.ts';
import { startParameterStore } from '#test/support/functions/parameter-store.ts';

describe('reading the parameter', () => {
  test('asks for it decrypted, with a signature', async () => {
    const store = await startParameterStore({ value: 'postgresql://u:p@host/db' });
    expect(await cachedConnectionString(store.source).read()).toBe('postgresql://u:p@host/db');
    const [request] = store.requests;
    expect(request?.body).toEqual({ Name: '/shop/database-url', WithDecryption: true });
    expect(request?.headers).toMatchObject({
      'x-amz-target': 'AmazonSSM.GetParameter',
      'x-amz-security-token': 'token',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//),
      host: new URL(store.endpoint).host,
    });
  });

  test('tries again when AWS is busy or away', async () => {
    const store = await startParameterStore(
      { error: 'ThrottlingException', status: 400 },
      { error: 'InternalServerError', status: 500 },
      { value: 'postgresql://u:p@host/db' },
    );
    expect(await cachedConnectionString(store.source).read()).toBe('postgresql://u:p@host/db');
  });

  test('gives up after three tries', async () => {
    const store = await startParameterStore();
    await expect(cachedConnectionString(store.source).read()).rejects.toThrow(
      'Cannot read the SSM parameter "/shop/database-url": no answer',
    );
    expect(store.requests).toHaveLength(3);
  });

  test('gives up at once when AWS refuses, and says why without identities', async () => {
    const store = await startParameterStore({ error: 'AccessDeniedException', status: 400 });
    await expect(cachedConnectionString(store.source).read()).rejects.toThrow(
      /^Cannot read the SSM parameter "\/shop\/database-url": AccessDeniedException$/,
    );
    expect(store.requests).toHaveLength(1);
  });
});

describe('the connection string', () => {
  test('is read once for calls at the same time, and again after five minutes', async () => {
    const clock = moveClock();
    const store = await startParameterStore({ value: 'first' }, { value: 'second' });
    const connectionString = cachedConnectionString(store.source);
    expect(await Promise.all([connectionString.read(), connectionString.read()])).toEqual([
      'first',
      'first',
    ]);
    clock.forward(299_000);
    expect(await connectionString.read()).toBe('first');
    clock.forward(2_000);
    expect(await connectionString.read()).toBe('second');
  });

  test('serves on while it cannot be read again', async () => {
    const clock = moveClock();
    const store = await startParameterStore({ value: 'first' });
    const connectionString = cachedConnectionString(store.source);
    await connectionString.read();
    store.answers = [{ error: 'AccessDeniedException', status: 400 }];
    clock.forward(301_000);
    expect(await connectionString.read()).toBe('first');
    expect(await connectionString.read()).toBe('first');
    expect(store.requests).toHaveLength(2);
    store.answers = [{ value: 'second' }];
    clock.forward(31_000);
    expect(await connectionString.read()).toBe('second');
  });

  test('is read again after a failure at the start', async () => {
    const store = await startParameterStore({ error: 'ParameterNotFound', status: 400 });
    const connectionString = cachedConnectionString(store.source);
    await expect(connectionString.read()).rejects.toThrow('ParameterNotFound');
    store.answers = [{ value: 'first' }];
    expect(await connectionString.read()).toBe('first');
  });
});

describe('the direct host', () => {
  test.each([
    [
      'postgresql://u:p@ep-cool-pooler.eu.aws.neon.tech/db?sslmode=require',
      'postgresql://u:p@ep-cool.eu.aws.neon.tech/db?sslmode=require',
    ],
    ['postgresql://u:p%40-pooler.x@ep-cool.eu.aws.neon.tech/db', undefined],
    ['postgresql://u:p@127.0.0.1:5432/db-pooler', undefined],
    ['postgres://u:p@my-pooler-host.example/db', undefined],
  ])('of %s', (url, direct) => {
    expect(withoutPooler(url)).toBe(direct ?? url);
  });

  test('is not looked for in what is no URL, and the text is not repeated', () => {
    expect(() => withoutPooler('host=x password=secret')).toThrow(/^((?!secret).)*$/);
  });
});
